import { text } from "node:stream/consumers";
import { styleText } from "node:util";
import { Argument, type Command } from "commander";
import type { ApplicationView, NumberView, SandboxControl } from "../../sandbox/control-client.ts";
import { refusals, whatThisIs } from "../../sandbox/what-this-is.ts";
import { CliError } from "../cli-error.ts";
import { connectSandbox } from "../sandbox-connection.ts";
import { columns } from "../table.ts";

interface Printing {
  json?: true;
}

interface EditOptions extends Printing {
  name?: string;
  answerUrl?: string;
  webhookUrl?: string;
  webhookSecret?: string;
}

/** `minivoice sandbox …`: the account setup, which MiniVoice has as a portal. */
export function register(program: Command): void {
  const sandbox = program
    .command("sandbox")
    .summary("the account setup of the MiniVoice sandbox")
    .description(
      "The account setup of the MiniVoice sandbox: what people do in MiniVoice's portal, not through its API.",
    )
    .addHelpText("after", `\n${whatThisIs}\n\nIt refuses:\n${refusals.map((refusal) => `  ${refusal}`).join("\n")}`);
  const command = (usage: string, description: string) =>
    sandbox.command(usage).description(description).option("--json", "print JSON");

  command("status", "the account, and where its API listens").action(async (options: Printing) => {
    const { url, control } = await connectSandbox();
    const account = await control.account();
    print(options, { url, ...account }, () =>
      columns([
        ["API", `${url}/v1 (a simulator)`],
        ["customer", account.customerId],
        ["capabilities", account.capabilities],
        ["applications", String(account.applications)],
        ["numbers", String(account.numbers)],
        ["calls", String(account.calls)],
      ]),
    );
  });

  command("numbers", "every number and where its calls go").action(async (options: Printing) => {
    const { control } = await connectSandbox();
    await printNumbers(control, options, await control.listNumbers());
  });

  command("add-number <number>", "add a number to the account, as if it was bought").action(
    async (number: string, options: Printing) => {
      const { control } = await connectSandbox();
      await printNumbers(control, options, [await control.addNumber(number)]);
    },
  );

  command("assign <number> <target>", "route a number to an application (its ID or name), or reject its calls").action(
    async (number: string, target: string, options: Printing) => {
      const { control } = await connectSandbox();
      const applicationId = target === "reject" ? null : (await findApplication(control, target)).id;
      await printNumbers(control, options, [await control.assign(number, applicationId)]);
    },
  );

  command("applications", "every application of the account").action(async (options: Printing) => {
    const { control } = await connectSandbox();
    printApplications(options, await control.listApplications());
  });

  command("edit <application>", "edit an application (its ID or name); an empty value clears a field")
    .option("--name <name>")
    .option("--answer-url <url>")
    .option("--webhook-url <url>")
    .option("--webhook-secret <secret>", 'the secret that signs webhooks; "-" reads it from standard input')
    .action(async (target: string, { json, ...given }: EditOptions) => {
      const { control } = await connectSandbox();
      const { id } = await findApplication(control, target);
      const webhookSecret = given.webhookSecret === "-" ? (await text(process.stdin)).trim() : given.webhookSecret;
      const edit = { ...given, ...(webhookSecret !== undefined && { webhookSecret }) };
      printApplications({ ...(json && { json }) }, [await control.editApplication(id, edit)]);
    });

  command("delete <application>", "delete an application (its ID or name) that no number carries").action(
    async (target: string, options: Printing) => {
      const { control } = await connectSandbox();
      const { id, name } = await findApplication(control, target);
      await control.deleteApplication(id);
      print(options, { deleted: id }, () => `deleted ${name} (${id})`);
    },
  );

  command("capabilities", "what the account's API can do")
    .addArgument(new Argument("[set]", "what it can do from now on").choices(["managed", "documented"]))
    .action(async (set: "managed" | "documented" | undefined, options: Printing) => {
      const { control } = await connectSandbox();
      const account = await (set ? control.setCapabilities(set) : control.account());
      print(options, { capabilities: account.capabilities }, () => account.capabilities);
    });

  const assumptions = command("assumptions", "what the sandbox assumes where MiniVoice's contract is silent").action(
    async (options: Printing) => printAssumptions(options, await (await connectSandbox()).control.assumptions()),
  );
  assumptions
    .command("set <id> <value>")
    .description("assume something else, from now on")
    .action(async (id: string, value: string) => {
      const { control } = await connectSandbox();
      const entries = await control.setAssumptions({ [id]: value });
      printAssumptions(
        assumptions.opts(),
        entries.filter((entry) => entry.id === id),
      );
    });
}

async function findApplication(control: SandboxControl, target: string): Promise<ApplicationView> {
  const applications = await control.listApplications();
  const [found, ...others] = applications.filter(({ id, name }) => id === target || name === target);
  const known = applications.map(({ id, name }) => `${name} (${id})`).join(", ");
  if (!found) throw new CliError(`there is no application "${target}". There are: ${known}`);
  if (others.length > 0)
    throw new CliError(`several applications are named "${target}": use the ID. There are: ${known}`);
  return found;
}

async function printNumbers(control: SandboxControl, options: Printing, numbers: NumberView[]): Promise<void> {
  const names = new Map((await control.listApplications()).map(({ id, name }) => [id, name]));
  const goes = ({ mode, applicationId }: NumberView) => {
    const application =
      applicationId === undefined ? "no application" : `${names.get(applicationId)} (${applicationId})`;
    if (mode === "webhook") return application;
    return applicationId === undefined ? "reject" : `reject, but still carries ${application}`;
  };
  print(options, numbers, () => columns(numbers.map((number) => [number.number, goes(number)])));
}

function printApplications(options: Printing, applications: ApplicationView[]): void {
  const rows = applications.map(({ id, name, answerUrl, webhookUrl, signsWebhooks }) => [
    name,
    id,
    answerUrl ?? "no answer_url",
    webhookUrl ? `${webhookUrl}${signsWebhooks ? "" : " (unsigned)"}` : "no webhook_url",
  ]);
  print(options, applications, () => columns([["name", "id", "answer_url", "webhook_url"].map(dim), ...rows]));
}

function printAssumptions(options: Printing, entries: Awaited<ReturnType<SandboxControl["assumptions"]>>): void {
  const blocks = entries.map(({ id, text, options: values, value, default: fallback }) => {
    const changed = value === fallback ? "" : ` (default: ${fallback})`;
    return `${bold(id)} = ${value}${changed}\n  ${text}\n  ${dim(values.join(" | "))}`;
  });
  print(options, entries, () => blocks.join("\n"));
}

function print({ json }: Printing, value: unknown, text: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(value, null, 2) : text()}\n`);
}

const dim = (text: string): string => styleText("dim", text, { stream: process.stdout });
const bold = (text: string): string => styleText("bold", text, { stream: process.stdout });
