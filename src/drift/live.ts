import { type Application, type Did, MiniVoiceError, type Unreadable } from "pulumi-minivoice/api";
import { type Context, ForeignCustomer, guarded, inParallel, NotManaged } from "pulumi-minivoice/lifecycle";
import type { Live, Reading } from "./pictures.ts";

/** Why nothing can be said at all. Never mistaken for "in sync": the exit code is 1. */
export class CouldNotCheck extends Error {
  override readonly name = "CouldNotCheck";
}

/** What is asked of the account. */
export interface Asked {
  /** The numbers that the code or the state knows. */
  numbers: Iterable<string>;
  /** The customers that own the applications, according to the state. */
  customers?: Iterable<string>;
  /** Whether these are not all numbers that the stack holds: then nobody asks what else the account has. */
  part?: boolean;
}

/**
 * Reads the account: one list of the applications, and the numbers page by page where the account lists them, else one by
 * one, as many at once as the client allows. A read that fails is an answer like any other, so that it hides nothing else.
 *
 * @throws CouldNotCheck when the key is refused, belongs to somebody else, or nothing at all could be read
 */
export async function readLive(account: Context, { numbers, customers = [], part = false }: Asked): Promise<Live> {
  const wanted = [...new Set(numbers)];
  const listsNumbers = account.capabilities.listDids && !(part && wanted.length <= FEW);
  const [listed, all] = await Promise.all([
    attempt(account.client.applications.listEach()),
    listsNumbers ? attempt(listNumbers(account)) : { unknown: whyUnlisted(account), expected: true },
  ]);
  const [found, unreadable] = "found" in listed ? parted(listed.found) : [[], []];
  assertOurs(account, found, new Set(customers));
  if ("unknown" in listed && listed.unreachable && "unreachable" in all && all.unreachable)
    throw new CouldNotCheck(listed.unknown);

  const known = new Map("found" in all ? all.found.map((did) => [did.number_e164, readingOf(account, did)]) : []);
  const unlisted = wanted.filter((number) => !known.has(number));
  // A page may have moved while the list was read, so what it does not show is asked for by itself.
  const alone = await readAlone(account, unlisted);
  const live: Live = {
    applications:
      "found" in listed
        ? new Map<string, Reading<Application>>([
            ...unreadable.flatMap(({ id, unreadable: unknown }) =>
              id === undefined ? [] : [[id, { unknown }] as const],
            ),
            ...found.map((application) => [application.id, readingOf(account, application)] as const),
          ])
        : { unknown: listed.unknown },
    unreadable,
    showsAllApplications: found.length + unreadable.length > 1 && unreadable.every(({ id }) => id !== undefined),
    numbers: new Map(wanted.map((number) => [number, known.get(number) ?? alone.get(number) ?? { absent: true }])),
    all: "found" in all ? all.found : { unknown: all.unknown, expected: "expected" in all },
  };
  if ("unknown" in listed && [...live.numbers.values()].every((reading) => "unknown" in reading))
    throw new CouldNotCheck(listed.unknown);
  return live;
}

const parted = (listed: readonly (Application | Unreadable)[]): [Application[], Unreadable[]] => [
  listed.filter((one): one is Application => !("unreadable" in one)),
  listed.filter((one) => "unreadable" in one),
];

const whyUnlisted = ({ capabilities }: Context): string =>
  capabilities.listDids ? "only a part was looked at" : "this account's API does not list its numbers";

/** So many numbers are read one by one where a list would show all of them. */
const FEW = 20;

/** After so many failures and no answer it is not the numbers that are at fault. */
const HOPELESS = 20;

async function readAlone(
  { client, ...account }: Context,
  numbers: readonly string[],
): Promise<Map<string, Reading<Did>>> {
  const readings = new Map<string, Reading<Did>>();
  let answers = 0;
  await inParallel(numbers, async (number) => {
    if (answers === 0 && readings.size >= HOPELESS) {
      readings.set(number, { unknown: `not tried: the first ${HOPELESS} numbers could not be read either` });
      return;
    }
    const read = await attempt(client.dids.byNumber(number));
    if (!("unknown" in read)) answers += 1;
    readings.set(
      number,
      "unknown" in read ? { unknown: read.unknown } : read.found ? readingOf(account, read.found) : { absent: true },
    );
  });
  return readings;
}

/** All numbers, or in words of the capability that is missing why there is no such list. */
const listNumbers = ({ client }: Context): Promise<Did[]> =>
  client.dids.list().catch((error) => {
    if (!(error instanceof MiniVoiceError && error.isUnsupported)) throw error;
    const { status, requestLine } = error;
    throw new MiniVoiceError({ status, requestLine, message: new NotManaged(error).message });
  });

/** An object of another customer is none of ours, whatever its number or id. */
function readingOf<Item extends Application | Did>(account: Pick<Context, "customerId">, item: Item): Reading<Item> {
  try {
    guarded(account, item);
    return { found: item };
  } catch (error) {
    return { unknown: (error as Error).message, foreign: true };
  }
}

/** `unreachable`: nobody answered, however often it was tried. */
type Attempt<Result> = { found: Result } | { unknown: string; unreachable: boolean };

async function attempt<Result>(request: Promise<Result>): Promise<Attempt<Result>> {
  try {
    return { found: await request };
  } catch (error) {
    if (!(error instanceof MiniVoiceError)) throw error;
    if (error.status === 401 || error.code === "stopped") throw new CouldNotCheck(error.message);
    return { unknown: error.message, unreachable: error.status === 0 };
  }
}

/** With a key of another account everything would seem to be gone. */
function assertOurs(account: Context, applications: readonly Application[], recorded: ReadonlySet<string>): void {
  const { customerId } = account;
  const found = applications.flatMap(({ customer_id: customer }) => customer ?? []);
  const [other] = found;
  if (other === undefined) return;
  const about = "the account of this API key";
  if (customerId && !found.includes(customerId))
    throw new CouldNotCheck(new ForeignCustomer(about, other, customerId, "minivoice:customerId").message);
  const [ours] = recorded;
  if (ours !== undefined && !found.some((customer) => recorded.has(customer)))
    throw new CouldNotCheck(new ForeignCustomer(about, other, ours, "the state").message);
}
