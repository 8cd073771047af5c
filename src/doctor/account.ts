import { type Application, MiniVoiceError } from "pulumi-minivoice/api";
import { type Context, findDid, NumberNotFound } from "pulumi-minivoice/lifecycle";
import { accountOf } from "../../infra/account.ts";
import type { StackFile } from "../../infra/stack-file.ts";
import type { StackNeighbours } from "../../infra/stack-neighbours.ts";
import { type Check, ok, problem, unchecked, warning } from "./check.ts";

/** Numbers that are looked up one by one; reading thousands would work the API for minutes. */
const NUMBERS_READ = 50;

/** What is known of an account before it is asked. */
export interface AccountFacts {
  file: StackFile;
  /** The folder of the stack files. */
  directory: string;
  neighbours: StackNeighbours;
  /** The numbers of the voice file. */
  numbers: readonly string[];
  /** The other stacks of the project that have a voice file. */
  otherStacks: readonly string[];
}

/** The key, as far as it can be told without using it. */
export function checkKey(file: StackFile, env: NodeJS.ProcessEnv): Check {
  const name = "API key";
  if (env.MINIVOICE_API_KEY) return ok(name, "from MINIVOICE_API_KEY");
  if (file.isEncrypted("minivoice:apiKey")) return ok(name, `encrypted in Pulumi.${file.stack}.yaml`);
  return problem(
    name,
    "there is none",
    "copy the first key from the account portal, and set MINIVOICE_API_KEY or run " +
      `npm run pulumi -- config set --secret minivoice:apiKey -s ${file.stack}`,
  );
}

/** The account, asked with reads alone. */
export async function checkAccount(context: Context | { problem: string }, facts: AccountFacts): Promise<Check[]> {
  const { file, directory, otherStacks } = facts;
  if ("problem" in context)
    return [unchecked("account", context.problem), ...checkCustomers(file, directory, otherStacks)];
  let applications: Application[];
  try {
    applications = await context.client.applications.list();
  } catch (error) {
    return [unreadable(error), ...checkCustomers(file, directory, otherStacks)];
  }
  return [
    ok(
      "account",
      `the key works: ${applications.length} ${applications.length === 1 ? "application" : "applications"}`,
    ),
    checkCustomer(file, applications),
    ...checkCustomers(file, directory, otherStacks),
    ...checkSeen(facts, applications),
    await checkCapabilities(context, file),
    await checkNumbers(context, facts.numbers),
  ];
}

function unreadable(error: unknown): Check {
  const { message } = error as Error;
  const status = error instanceof MiniVoiceError ? error.status : 0;
  if (status === 401 || status === 403)
    return problem("account", message, "copy the key again from the account portal; is it that of another account?");
  return unchecked("account", message, "try again; if it stays so, is minivoice:baseUrl right?");
}

/** A wrong key would otherwise work in somebody else's account, as far as it reaches. */
function checkCustomer(file: StackFile, applications: readonly Application[]): Check {
  const name = "minivoice:customerId";
  const wanted = file.plain("minivoice:customerId");
  const found = [...new Set(applications.flatMap(({ customer_id }) => customer_id ?? []))];
  if (wanted === undefined) {
    const value = found.length === 1 ? `"${found[0]}"` : '"<customer_id of GET /v1/applications>"';
    return problem(
      name,
      "is not set, so a key of another customer would be taken for this stack's",
      `npm run pulumi -- config set minivoice:customerId ${value} -s ${file.stack}`,
    );
  }
  if (found.length === 0)
    return warning(name, `is ${wanted}, and the account names no customer`, "look again after the first application");
  const others = found.filter((customer) => customer !== wanted);
  if (others.length > 0)
    return problem(
      name,
      `is ${wanted}, but the key is of ${others.join(", ")}`,
      "use the key of this customer, or correct the setting",
    );
  return ok(name, `${wanted}, as the account says`);
}

/** Whether test and production are customers of their own, by what their files say. */
function checkCustomers(file: StackFile, directory: string, otherStacks: readonly string[]): Check[] {
  const name = "separate customers";
  const own = accountOf(directory, file.stack);
  const others = otherStacks
    .map((stack) => ({ stack, ...accountOf(directory, stack) }))
    .filter(({ stack, local }) => stack !== file.stack && !local);
  const shared = others.filter(
    (other) =>
      other.baseUrl === own.baseUrl && (!own.customerId || !other.customerId || own.customerId === other.customerId),
  );
  if (others.length === 0) return [];
  if (shared.length === 0)
    return [ok(name, `no customer is shared with ${others.map(({ stack }) => stack).join(", ")}`)];
  const names = shared.map(({ stack }) => stack).join(", ");
  return [
    warning(
      name,
      `${names} may be of the same customer, so they are separated by code only`,
      "ask MiniVoice for a customer of its own for each, and set minivoice:customerId in every stack's file",
    ),
  ];
}

function checkSeen({ neighbours }: AccountFacts, applications: readonly Application[]): Check[] {
  const seen = neighbours.others.flatMap(({ stack, applicationNames }) =>
    applications.filter(({ name }) => applicationNames.includes(name)).map(({ name }) => `"${name}" of ${stack}`),
  );
  if (seen.length === 0) return [];
  const text = `the key sees ${seen.slice(0, 3).join(", ")}${seen.length > 3 ? " …" : ""}: separated by code only`;
  return [warning("other stacks", text, "use separate customers")];
}

/** What the account can do shows without a write only for the list of numbers; the rest is asked for by the first `up`. */
async function checkCapabilities({ client }: Context, file: StackFile): Promise<Check> {
  const name = "minivoice:capabilities";
  const set = file.plain("minivoice:capabilities") ?? "documented";
  let lists: boolean;
  try {
    lists = await client.dids.hasList();
  } catch (error) {
    return unchecked(name, `whether GET /v1/dids exists: ${(error as Error).message}`);
  }
  const change = (to: string) => `npm run pulumi -- config set minivoice:capabilities ${to} -s ${file.stack}`;
  if (set === "managed" && !lists)
    return problem(name, "is managed, but the account has no list of numbers (GET /v1/dids)", change("documented"));
  if (set === "documented" && lists)
    return warning(
      name,
      "is documented, but the account has a list of numbers (GET /v1/dids), which only managed uses",
      `${change("managed")}, if MiniVoice confirms that PATCH and DELETE work, too`,
    );
  return ok(name, `${set}, as far as it shows without a write: GET /v1/dids ${lists ? "exists" : "does not exist"}`);
}

/** A number that the account does not have would stop the first `up`. */
async function checkNumbers(context: Context, numbers: readonly string[]): Promise<Check> {
  const name = "numbers";
  const read = context.capabilities.listDids ? numbers : numbers.slice(0, NUMBERS_READ);
  const missing: string[] = [];
  try {
    await Promise.all(
      read.map((number) =>
        findDid(context, { number }).catch((error) => {
          if (!(error instanceof NumberNotFound)) throw error;
          missing.push(number);
        }),
      ),
    );
  } catch (error) {
    return unchecked(name, (error as Error).message);
  }
  if (missing.length > 0) {
    const some = `${missing.sort().slice(0, 5).join(", ")}${missing.length > 5 ? " …" : ""}`;
    const text = `${missing.length} of ${read.length} are not in the account: ${some}`;
    return problem(name, text, "have them assigned to the account, or remove them from the voice file");
  }
  const rest = numbers.length > read.length ? ` (the first ${read.length} were looked at)` : "";
  return ok(
    name,
    `${read.length === 0 ? "the voice file has none" : "all of the voice file's are in the account"}${rest}`,
  );
}
