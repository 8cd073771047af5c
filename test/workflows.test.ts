import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { closedEnvironment } from "./closed-environment.ts";
import { Project } from "./review/project.ts";

const repository = join(import.meta.dirname, "..");
const directory = join(repository, ".github", "workflows");

interface Workflow {
  on: Record<string, unknown>;
  permissions: unknown;
  jobs: Record<
    string,
    {
      "timeout-minutes"?: number;
      environment?: string;
      concurrency?: Record<string, unknown>;
      steps: { name?: string; uses?: string; run?: string; with?: Record<string, unknown> }[];
    }
  >;
}

const workflows = readdirSync(directory).map(
  (name) => [name, parse(readFileSync(join(directory, name), "utf8")) as Workflow] as const,
);

describe("workflows", () => {
  test.each(workflows)(
    "%s has no permission that a job does not ask for, pins what it uses, and ends",
    (_, { on, permissions, jobs }) => {
      expect(permissions).toEqual({});
      // The one trigger that gives a stranger's branch the secrets of this repository.
      expect(Object.keys(on)).not.toContain("pull_request_target");
      for (const { "timeout-minutes": limit, steps } of Object.values(jobs)) {
        expect(limit).toBeGreaterThan(0);
        for (const { uses, run, with: settings } of steps) {
          if (uses) expect(uses).toMatch(/@[0-9a-f]{40}$/);
          if (uses?.startsWith("actions/checkout@")) expect(settings).toMatchObject({ "persist-credentials": false });
          // An expression within a script is text that somebody else may have written.
          expect(run ?? "").not.toContain("${{");
          if (/npm (ci|install)/.test(run ?? "")) expect(run).toContain("--ignore-scripts");
        }
      }
    },
  );
});

test("production gets, after an approval, what the same run has reviewed, and no deployment is cut off", () => {
  const { test: first, review, production } = Object.fromEntries(workflows)["deploy.yml"]?.jobs ?? {};
  expect([first, review, production].map((job) => job?.environment)).toEqual([
    "test",
    "production-review",
    "production",
  ]);
  expect(production).toMatchObject({ needs: "review", if: "needs.review.outputs.changes == 'true'" });
  for (const job of [first, production]) expect(job?.concurrency).toMatchObject({ "cancel-in-progress": false });
  const [saved, got] = ["actions/upload-artifact@", "actions/download-artifact@"].map((action) =>
    [review, production].flatMap((job) => job?.steps ?? []).find(({ uses }) => uses?.startsWith(action)),
  );
  expect(got?.with).toEqual({ name: saved?.with?.name, path: expect.anything() });
  const scripts = [review, production].map((job) => job?.steps.map(({ run }) => run ?? "").join("\n"));
  expect(scripts[0]).toContain('review --stack production --live --save "$RUNNER_TEMP/pinned.json"');
  expect(scripts[1]).toContain('apply "$RUNNER_TEMP/approved/pinned.json" --yes');
});

describe("the review of a pull request", () => {
  let project: Project;
  let temporary: string;
  beforeAll(() => {
    project = new Project();
    project.git("branch", "target");
    temporary = mkdtempSync(join(tmpdir(), "workflow-"));
  });
  afterAll(() => {
    project.remove();
    rmSync(temporary, { recursive: true });
  });

  const script = workflows
    .flatMap(([name, { jobs }]) => (name === "review.yml" ? Object.values(jobs) : []))
    .flatMap(({ steps }) => steps)
    .find(({ name }) => name === "review")?.run as string;

  /** Runs the step as the workflow does, with the project as the change, and this repository as the base's tool. */
  const step = (): Promise<{ code: number; summary: string }> =>
    new Promise((resolve) => {
      const summary = join(temporary, "summary.md");
      rmSync(summary, { force: true });
      const env = closedEnvironment({
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
        STACK: "test",
        HEAD: project.directory,
        TARGET: "target",
        RUNNER_TEMP: temporary,
        GITHUB_STEP_SUMMARY: summary,
      });
      execFile("bash", ["-e", "-o", "pipefail", "-c", script], { cwd: repository, env }, (error) =>
        resolve({ code: Number(error?.code ?? 0), summary: readFileSync(summary, "utf8") }),
      );
    });

  test("is green for changes within the rules, and shows them", async () => {
    project.edit("stacks/Voice.test.yaml", '"+15551240001": support', '"+15551240001": sales');
    project.commit("moved");
    expect(await step()).toEqual({
      code: 0,
      summary: expect.stringContaining("**Changes within the rules** · 1 number changes"),
    });
    expect(readFileSync(join(temporary, "review.html"), "utf8")).toContain("Changes within the rules");
  });

  test("is red for a broken rule, and for a review that cannot be made", async () => {
    project.edit("stacks/Voice.test.yaml", '"+15551240001": sales', '"+15551240001": reject');
    project.commit("rejected");
    expect(await step()).toEqual({ code: 3, summary: expect.stringContaining("**1 rule broken: R2**") });
    project.edit("stacks/Voice.test.yaml", '"+15551240001": reject', '"+15551240001": nowhere');
    project.commit("nowhere");
    expect(await step()).toEqual({ code: 1, summary: expect.stringContaining("**Could not be reviewed**") });
  });
});
