/** Random changes of an account over real HTTP, with the provider's own life cycles: what is reported, and both ways back. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createContext } from "pulumi-minivoice/lifecycle";
import { stringify } from "yaml";
import { parseVoiceFile } from "../../infra/voice-file.ts";
import type { VoiceFile } from "../../infra/voice-schema.ts";
import { accept } from "../../src/drift/accept.ts";
import { compare } from "../../src/drift/compare.ts";
import { declaredBy } from "../../src/drift/declared.ts";
import { planFix } from "../../src/drift/fix.ts";
import { readLive } from "../../src/drift/live.ts";
import { recordedIn } from "../../src/drift/recorded.ts";
import type { Status } from "../../src/drift/report.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { EngineInTest } from "../providers/minivoice/histories/engine-in-test.ts";
import type { Program } from "../providers/minivoice/histories/program.ts";

const keys = ["app-0", "app-1", "app-2"];
const numbers = Array.from({ length: 6 }, (_, index) => `+1555123000${index}`);

const voices: fc.Arbitrary<VoiceFile> = fc.record({
  applications: fc.constant(
    Object.fromEntries(keys.map((key) => [key, { name: `Name of ${key}`, answerUrl: `https://example.com/${key}` }])),
  ),
  routes: fc.dictionary(fc.constantFrom(...numbers), fc.constantFrom("reject", ...keys), { noNullPrototype: true }),
});

/** What somebody does in the account setup. */
interface Night {
  routes: Record<string, "gone" | "foreign" | "reject" | "unassigned" | "reject, still carrying" | (string & {})>;
  names: Record<string, string>;
  urls: Record<string, { answerUrl?: string | null; webhookUrl?: string | null }>;
  deleted: string[];
}
const some = <Value>(from: readonly string[], value: fc.Arbitrary<Value>) =>
  fc.dictionary(fc.constantFrom(...from), value, { noNullPrototype: true, maxKeys: 3 });
const nights: fc.Arbitrary<Night> = fc.record({
  routes: some(numbers, fc.constantFrom("gone", "foreign", "reject", "unassigned", "reject, still carrying", ...keys)),
  names: some(keys, fc.constantFrom("A: new", "B # new", "C")),
  urls: some(
    keys,
    fc.constantFrom(
      { answerUrl: "https://new.example.com/" },
      { webhookUrl: "https://hooks.example.com/" },
      { answerUrl: null },
    ),
  ),
  deleted: fc.uniqueArray(fc.constantFrom(...keys), { maxLength: 1 }),
});

const programOf = ({ applications, routes }: VoiceFile): Program => ({
  applications: applications as Program["applications"],
  routes: Object.fromEntries(
    Object.entries(routes).map(([number, target]) => [
      number,
      { holder: "table-0", target, leave: false, takeover: [] },
    ]),
  ),
});

/** The state as the engine would export it, with what the program says of itself. */
const stateOf = (engine: EngineInTest, { applications, routes }: VoiceFile) => ({
  deployment: {
    resources: [
      { urn: "urn:pulumi:t::p::voice:index:VoiceEnvironment::v", type: "voice:index:VoiceEnvironment" },
      {
        urn: "urn:pulumi:t::p::pulumi:pulumi:Stack::p-t",
        type: "pulumi:pulumi:Stack",
        outputs: { environment: { applications, routes } },
      },
      ...engine.resources.map(({ name, id, outputs }) => {
        const type = `pulumi-nodejs:dynamic/minivoice:${name.startsWith("app") ? "Application" : "DidRouteTable"}`;
        return { urn: `urn:pulumi:t::p::voice:index:VoiceEnvironment$${type}::${name}`, type, id, outputs };
      }),
    ],
  },
});

class Account {
  readonly engine = new EngineInTest();
  readonly sandbox: Sandbox;
  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  get options(): Parameters<typeof createContext>[0] {
    const { url: baseUrl, portalKey: apiKey } = this.sandbox;
    const fast = { requestsPerSecond: 1e6, retries: 0, readBackLimit: "100 milliseconds" } as const;
    return { apiKey, baseUrl, capabilities: "managed", say: () => undefined, ...fast };
  }

  /** What the program said at the last `up`. */
  #said: VoiceFile = { applications: {}, routes: {} };

  async up(voice: VoiceFile, refresh = false) {
    const outcome = await this.engine.up(programOf(voice), { context: this.options, refresh });
    this.upElsewhere(voice);
    return outcome;
  }

  /** As an `up --target` of something else leaves it: nothing of this is written, and the program has said its word. */
  upElsewhere({ applications, routes }: VoiceFile): void {
    const ids = Object.keys(applications).map((key) => [
      key,
      { ...applications[key], applicationId: this.engine.idOf(key) },
    ]);
    this.#said = { applications: Object.fromEntries(ids), routes };
  }

  refresh = () => this.engine.refresh({ context: this.options });

  writes = (): number => this.sandbox.requests.filter(({ method }) => method !== "GET").length;

  async check(voice: VoiceFile) {
    const recorded = recordedIn(stateOf(this.engine, this.#said));
    const declared = declaredBy(voice, recorded);
    const context = createContext({ ...this.options, readOnly: true });
    const asked = { numbers: new Set([...declared.routes.keys(), ...recorded.routes.keys()]) };
    const live = await readLive(context, asked).finally(() => context.client.close());
    const report = compare(declared, recorded, live, { stack: "test", checkedAt: new Date(0) });
    return { report, recorded, declared, live };
  }

  /** Leaves out what the account setup itself refuses, such as deleting an application that numbers go to. */
  async meddle({ routes, names, urls, deleted }: Night): Promise<void> {
    const { control } = this.sandbox;
    const foreign = (await control.createApplication({ name: "Foreign" })).id;
    for (const [number, to] of Object.entries(routes)) {
      const id = to === "foreign" ? foreign : this.engine.idOf(to);
      if (to === "gone") await control.releaseNumber(number);
      else if (to === "reject, still carrying") await control.assign(number, foreign, "reject");
      else if (to === "unassigned") await control.assign(number, null, "webhook");
      else await control.assign(number, id ?? null);
    }
    const taken = new Set<string>();
    for (const [key, name] of Object.entries(names)) {
      if (!taken.has(name)) await control.editApplication(this.engine.idOf(key) ?? "", { name });
      taken.add(name);
    }
    for (const [key, edit] of Object.entries(urls)) await control.editApplication(this.engine.idOf(key) ?? "", edit);
    const carried = new Set((await control.listNumbers()).map(({ applicationId }) => applicationId));
    for (const key of deleted) {
      const id = this.engine.idOf(key) ?? "";
      if (!carried.has(id)) await control.deleteApplication(id);
    }
  }

  /** What the account setup shows, told without any of the code under test. */
  async truth({ applications, routes }: VoiceFile): Promise<Record<string, Status>> {
    const [dids, apps] = await Promise.all([
      this.sandbox.control.listNumbers(),
      this.sandbox.control.listApplications(),
    ]);
    const ofApplication = ([key, declared]: [string, VoiceFile["applications"][string]]): [string, Status] => {
      const live = apps.find(({ id }) => id === this.engine.idOf(key));
      if (!live) return [key, "missing"];
      const same =
        live.name === declared.name && live.answerUrl === declared.answerUrl && live.webhookUrl === undefined;
      return [key, same ? "inSync" : "drifted"];
    };
    const ofNumber = ([number, target]: [string, string]): [string, Status] => {
      const live = dids.find((did) => did.number === number);
      if (!live) return [number, "missing"];
      const wanted = target === "reject" ? "reject undefined" : `webhook ${this.engine.idOf(target)}`;
      return [number, `${live.mode} ${live.applicationId}` === wanted ? "inSync" : "drifted"];
    };
    return Object.fromEntries([
      ...Object.entries(applications).map(ofApplication),
      ...Object.entries(routes).map(ofNumber),
    ]);
  }
}

async function history(voice: VoiceFile, night: Night, then: (account: Account) => Promise<void>): Promise<void> {
  const account = new Account(await startSandbox({ numbers, pageSize: 4 }));
  try {
    expect(await account.up(voice)).toMatchObject({ failed: false });
    await account.meddle(night);
    expect(statusesOf((await account.check(voice)).report)).toEqual(await account.truth(voice));
    await then(account);
  } finally {
    await account.sandbox.close();
  }
}

/**
 * The same, told of a state into which a refresh has taken it: nobody knows of a number that is gone that it was there, nor of
 * one that had no application before, and has none now, that only its mode is another one.
 */
const onceRefreshed = (statuses: Record<string, Status>, { routes }: VoiceFile, night: Night) =>
  Object.fromEntries(
    Object.entries(statuses).map(([key, status]): [string, Status] => {
      const isGone = status === "missing" && key.startsWith("+");
      const isIdle = routes[key] === "reject" && night.routes[key] === "unassigned";
      return [key, isGone || isIdle ? "undeployed" : status];
    }),
  );

const statusesOf = ({ objects }: { objects: readonly { key: string; status: Status }[] }): Record<string, Status> =>
  Object.fromEntries(objects.filter(({ status }) => status !== "unmanaged").map(({ key, status }) => [key, status]));

const notInSync = ({ objects }: { objects: readonly { key: string; status: Status }[] }): string[] =>
  objects.filter(({ status }) => status !== "inSync" && status !== "unmanaged").map(({ key }) => key);

describe("after any night in the account, all that changed is reported, no more and no less,", () => {
  test("and putting it back leads to in sync, missing numbers aside", async () => {
    await fc.assert(
      fc.asyncProperty(voices, nights, (voice, night) =>
        history(voice, night, async (account) => {
          const before = await account.check(voice);
          const plan = planFix(before.report, before);
          const targets = plan.targets.map((urn) => urn.split("::").at(-1) ?? "");
          const up = await account.up(voice, true);
          // A number that is gone fails its table on every run, so nothing can be told of what was a target then.
          if (plan.left.length === 0) {
            expect(up.failed).toBe(false);
            expect(up.steps.map((step) => step.split(" ")[1]).sort()).toEqual(targets.sort());
          }
          const missing = plan.left.map(({ object }) => object).sort();
          expect(notInSync((await account.check(voice)).report).sort()).toEqual(missing);
        }),
      ),
      { numRuns: 25 },
    );
  });

  test("and accepting it leads to in sync but for what no voice file can say, and costs no write", async () => {
    await fc.assert(
      fc.asyncProperty(voices, nights, (voice, night) =>
        history(voice, night, async (account) => {
          const text = stringify(voice);
          const { text: edited, left } = accept({ text, voice, ...(await account.check(voice)) });
          const { voice: accepted } = parseVoiceFile(edited, { file: "Voice.test.yaml", flows: ["menu"] });
          if (!accepted) throw new Error("the voice file is broken");
          const open = [...new Set(left.map(({ object }) => object))].sort();
          expect(notInSync((await account.check(accepted)).report).sort()).toEqual(open);
          if (open.length > 0) return;
          const writes = account.writes();
          expect(await account.up(accepted, true)).toMatchObject({ failed: false });
          expect(account.writes()).toBe(writes);
          expect(notInSync((await account.check(accepted)).report)).toEqual([]);
        }),
      ),
      { numRuns: 25 },
    );
  });

  test("and a refresh hides none of it, nor does an edit of the code that nobody deployed", async () => {
    await fc.assert(
      fc.asyncProperty(voices, nights, fc.constantFrom(...keys), fc.boolean(), (voice, night, key, isSaid) =>
        history(voice, night, async (account) => {
          const truth = await account.truth(voice);
          await account.refresh();
          const refreshed = statusesOf((await account.check(voice)).report);
          expect(refreshed).toEqual(onceRefreshed(truth, voice, night));

          // The edit is about a field that nobody else touched, unless it has drifted as well.
          const { name, ...rest } = voice.applications[key] as VoiceFile["applications"][string];
          const edited = {
            ...voice,
            applications: { ...voice.applications, [key]: { ...rest, name: `${name}, edited` } },
          };
          if (isSaid) account.upElsewhere(edited);
          const { report } = await account.check(edited);
          const expected = {
            ...onceRefreshed(truth, voice, night),
            ...(truth[key] === "inSync" && { [key]: "undeployed" }),
          };
          // The program's last word tells the id of no application that the state does not have.
          if (isSaid) for (const one of keys) if (expected[one] === "missing") expected[one] = "undeployed";
          expect(statusesOf(report)).toEqual(expected);
        }),
      ),
      { numRuns: 25 },
    );
  });
});
