import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Checkout } from "../../test/cli/checkout.ts";
import { Project } from "../../test/engine/project.ts";
import type { AccountSettings, BenchAccount } from "../shared/bench-account.ts";

/** A stack whose account is as declared, ready to be checked. */
export interface Prepared {
  /** Starts the check. */
  begin(): { pid: number; ended: Promise<{ code: number; said: string }>; kill(): void };
  remove(): Promise<void>;
}

/** A way to ask whether every number still goes where the code says. */
export interface Contender {
  name: string;
  /** What it stands for, in the report. */
  what: string;
  prepare(account: BenchAccount, settings: AccountSettings): Promise<Prepared>;
}

/** Requests at once, for both: what a stack has unless it says otherwise. */
export const CONCURRENCY = 8;

const settingsFor = ({ capabilities }: AccountSettings) => ({
  "minivoice:capabilities": capabilities,
  "minivoice:concurrency": String(CONCURRENCY),
  // The bound is to be the account's, not our own politeness.
  "minivoice:requestsPerSecond": "1000000",
});

const dynamic = (kind: string) => `pulumi-nodejs:dynamic/minivoice:${kind}`;
const stateOf = (resources: object[]) =>
  JSON.stringify({
    version: 3,
    deployment: { manifest: { time: "2026-11-26T08:00:00Z", magic: "", version: "" }, resources },
  });

/** One table, as the program of this project declares it. Its state is written as an `up` leaves it. */
const ours: Contender = {
  name: "minivoice drift",
  what: "this project's command on one table of all numbers, through the front door; functions are left out",
  async prepare(account, settings) {
    const checkout = new Checkout();
    mkdirSync(checkout.path("backend"));
    const own = {
      PULUMI_BACKEND_URL: `file://${checkout.path("backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "a bench",
      PULUMI_HOME: checkout.path("pulumi-home"),
      MINIVOICE_API_KEY: account.apiKey,
      MINIVOICE_BASE_URL: account.url,
    };
    const application = "{ name: first, answerUrl: https://calls.example.com/first }";
    const routes = account.numbers.map((number) => `  "${number}": first\n`).join("");
    writeFileSync(
      checkout.path("stacks", "Voice.test.yaml"),
      `applications:\n  first: ${application}\nroutes:\n${routes}`,
    );
    writeFileSync(checkout.path("stacks", "Pulumi.test.yaml"), JSON.stringify({ config: settingsFor(settings) }));
    writeFileSync(checkout.path("state.json"), stateOf(tableState(account)));
    const minivoice = (...args: string[]) => checkout.begin(args, ["tools/bootstrap.mjs", "minivoice"], own);
    for (const args of [
      ["init", "-s", "test"],
      ["import", "-s", "test", "--file", "state.json"],
    ]) {
      const { code, stderr } = await minivoice("pulumi", "stack", ...args).ended;
      if (code !== 0) throw new Error(`pulumi stack ${args[0]} ended with ${code}: ${stderr}`);
    }
    return {
      begin() {
        const { child, ended } = minivoice("drift", "-s", "test", "--no-functions");
        const told = ended.then(({ code, stdout, stderr }) => ({ code, said: stdout + stderr }));
        return { pid: child.pid ?? 0, ended: told, kill: () => child.kill("SIGKILL") };
      },
      remove: () => checkout.remove(),
    };
  },
};

function tableState({ numbers, first }: BenchAccount): object[] {
  const environment = "voice:index:VoiceEnvironment";
  const within = (kind: string, name: string) => `urn:pulumi:test::voice::${environment}$${dynamic(kind)}::${name}`;
  return [
    {
      urn: within("Application", "first"),
      custom: true,
      id: first,
      type: dynamic("Application"),
      outputs: { name: "first", customerId: "cust_sandbox", answerUrl: "https://calls.example.com/first" },
    },
    {
      urn: within("DidRouteTable", "numbers"),
      custom: true,
      id: "did-routes:numbers",
      type: dynamic("DidRouteTable"),
      outputs: { routes: Object.fromEntries(numbers.map((number) => [number, first])), count: numbers.length },
    },
  ];
}

/**
 * One resource a number, and the engine's own command for drift. The state is that of a real `up` of one number, repeated:
 * the file backend takes quadratic time for a real one.
 */
const plain: Contender = {
  name: "pulumi refresh",
  what: "`pulumi refresh --preview-only --expect-no-changes` on one `DidRoute` a number",
  async prepare(account, settings) {
    const project = await Project.create({
      environment: { MINIVOICE_API_KEY: account.apiKey, MINIVOICE_BASE_URL: account.url },
      config: settingsFor(settings),
    });
    const [sample = ""] = account.numbers;
    await project.write(`new DidRoute("${sample}", { number: "${sample}", applicationId: "${account.first}" });`);
    const up = await project.up();
    if (up.failed) throw new Error(`the up of one number failed: ${up.text}`);
    const file = join(project.directory, "state.json");
    writeFileSync(file, repeated(await project.pulumi(["stack", "export"]), account.numbers, sample));
    await project.pulumi(["stack", "import", "--file", file]);
    return {
      begin() {
        const args = ["refresh", "--preview-only", "--expect-no-changes", "--stack", project.stackName];
        const child = project.start(args);
        let said = "";
        for (const stream of [child.stdout, child.stderr])
          stream?.on("data", (chunk) => (said = (said + chunk).slice(-2_000)));
        const ended = new Promise<{ code: number; said: string }>((resolve) =>
          child.on("close", (code) => resolve({ code: code ?? 1, said })),
        );
        return { pid: child.pid ?? 0, ended, kill: () => child.kill("SIGKILL") };
      },
      remove: () => project.remove(),
    };
  },
};

/** The state with the resource of one number once for each number. */
function repeated(exported: string, numbers: readonly string[], sample: string): string {
  const state = JSON.parse(exported);
  const { resources } = state.deployment;
  const text = JSON.stringify(resources.find(({ urn }: { urn: string }) => urn.endsWith(`::${sample}`)));
  const { id } = JSON.parse(text);
  // The sandbox numbers its DIDs in the order of the numbers.
  const idOf = (index: number) => id.replace(/\d+$/, (last: string) => String(Number(last) + index));
  const others = numbers.slice(1).map((number, index) => {
    const own = text.replaceAll(sample, number).replaceAll(`"${id}"`, `"${idOf(index + 1)}"`);
    return JSON.parse(own);
  });
  return JSON.stringify({ ...state, deployment: { ...state.deployment, resources: [...resources, ...others] } });
}

export const contenders: readonly [ours: Contender, plain: Contender] = [ours, plain];
