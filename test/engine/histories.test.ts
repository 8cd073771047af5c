/**
 * The random histories of test/providers/minivoice/histories, through the real engine and its state.
 *
 * `npm test` runs one, `npm run test:long` fifty. A failure prints its seed; to see it again:
 *
 *   FC_SEED=-123 FC_PATH=4 npm test -- engine/histories
 */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  type Engine,
  histories,
  live,
  noFigures,
  type Recorded,
  type StartEngine,
} from "../providers/minivoice/histories/history.ts";
import { holdersOf, isTable, type Program, routeArguments } from "../providers/minivoice/histories/program.ts";
import { Project } from "./project.ts";

const wanted = Number(process.env.ENGINE_HISTORIES ?? 1);

/** A provider that has outlived its engine notices within a second or two. */
const longestOrphan = 3_000;

const startEngine: StartEngine = async ({ sandbox, capabilities, concurrency }): Promise<Engine> => {
  const project = await Project.create({
    environment: { MINIVOICE_API_KEY: sandbox.portalKey, MINIVOICE_BASE_URL: sandbox.url },
    config: {
      "minivoice:capabilities": capabilities,
      "minivoice:concurrency": String(concurrency),
      "minivoice:requestsPerSecond": "1000",
    },
  });
  return {
    async up(program, { refresh, onStart }) {
      await project.write(textOf(program));
      let wasKilled = false;
      const outcome = await project.up({
        refresh,
        onStart: (engine) =>
          onStart?.(() => {
            wasKilled = true;
            engine.kill("SIGKILL");
          }),
      });
      if (wasKilled) await settle(project);
      const steps = outcome.steps.filter((step) => !step.startsWith("refresh"));
      return { failed: outcome.failed, steps, text: outcome.failed ? outcome.text : "" };
    },
    async resources(): Promise<Recorded[]> {
      const { checkpoint } = JSON.parse(await project.stateFile().catch(() => '{"checkpoint":{}}'));
      return (checkpoint.latest?.resources ?? [])
        .filter(({ type }: { type: string }) => type.startsWith("pulumi-nodejs:dynamic/minivoice:"))
        .map(({ urn, id, outputs }: Recorded & { urn: string }) => ({
          name: urn.split("::").at(-1) ?? "",
          id,
          outputs,
        }));
    },
    close: () => project.remove(),
  };
};

/** What `minivoice` does after a killed run: the lock is dead, and what was under way is looked up. */
async function settle(project: Project): Promise<void> {
  await sleep(longestOrphan);
  await project.pulumi(["cancel", "--yes"]).catch(() => undefined);
  await project.pulumi(["refresh", "--yes", "--skip-preview", "--clear-pending-creates"]);
}

/** The program as somebody would have written it. */
function textOf(program: Program): string {
  const variable = (application: string) => application.replace("-", "");
  const applications = Object.entries(program.applications).map(
    ([name, args]) => `const ${variable(name)} = new Application("${name}", ${JSON.stringify(args)});`,
  );
  const routes = [...holdersOf(program).keys()].map((holder) => {
    const { resourceName, ...args } = routeArguments(program, holder, (application) => `<${variable(application)}>`);
    const { declaredElsewhere: _told, ...written } = args as typeof args & { declaredElsewhere?: string[] };
    const text = JSON.stringify(written).replaceAll(/"<(\w+)>"/g, "$1.applicationId");
    return `new ${isTable(holder) ? "DidRouteTable" : "DidRoute"}("${resourceName}", ${text});`;
  });
  return [...applications, ...routes].join("\n");
}

test(
  `random histories through the engine (${wanted}) end as declared, and no number is lost on the way`,
  async () => {
    const figures = noFigures();
    const started = performance.now();
    const seed = process.env.FC_SEED ? Number(process.env.FC_SEED) : Date.now() ^ (Math.random() * 0x1_0000_0000);
    await fc.assert(
      fc.asyncProperty(histories(3, false), (history) => live(history, startEngine, figures)),
      // Shrinking would take hours here; the smaller engine of the other test is there for that.
      { numRuns: wanted, seed, endOnFailure: true, ...(process.env.FC_PATH && { path: process.env.FC_PATH }) },
    );
    if (process.env.ENGINE_HISTORIES)
      console.info(JSON.stringify({ seed, seconds: Math.round((performance.now() - started) / 1_000), ...figures }));
    expect(figures.histories).toBe(wanted);
  },
  120 * 60_000,
);
