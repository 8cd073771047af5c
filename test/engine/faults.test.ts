import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "@jest/globals";
import { delay, loseAnswer } from "../../src/sandbox/faults.ts";
import { application, forAllTests } from "./environment.ts";
import { canListProcesses, processesIn } from "./processes.ts";
import type { Project } from "./project.ts";

const many = Array.from({ length: 24 }, (_, index) => `+1555124${1_000 + index}`);
const account = forAllTests({ numbers: ["+15551230001", ...many], config: { "minivoice:concurrency": "1" } });

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const process of running) process.kill("SIGKILL");
  running.clear();
  account.sandbox.faults.clear();
  // Pulumi's language host outlives a killed engine by up to five minutes.
  for (const { pid } of processesIn(account.project.directory)) process.kill(pid, "SIGKILL");
});

const isPatch = ({ method }: { method: string }) => method === "PATCH";
const patches = () => account.sandbox.requests.filter(isPatch).length;

describe("an answer that is lost", () => {
  test("after a create leaves one application, and says that its key is lost", async () => {
    const { project, sandbox } = account;
    await project.write(`${application("support")}new DidRoute("main", { number: "+15551230001", mode: "reject" });`);
    sandbox.faults.arm(({ method }) => method === "POST", loseAnswer);
    const up = await project.up();
    expect(up).toMatchObject({ failed: false });
    expect(up.text).toMatch(/it was created as app_\S+\. Its API key is lost with the answer/);
    expect((await sandbox.control.listApplications()).filter(({ name }) => name === "support")).toHaveLength(1);
  });

  test("after an edit of an application and after a move of a number is no failure", async () => {
    const { project, sandbox } = account;
    await project.write(`${application("support", "https://example.com/two")}
      new DidRoute("main", { number: "+15551230001", applicationId: support.applicationId });`);
    sandbox.faults.arm(({ method, path }) => method === "PATCH" && path.includes("applications"), loseAnswer);
    sandbox.faults.arm(({ method, path }) => method === "PATCH" && path.includes("dids"), loseAnswer);
    expect((await project.up()).failed).toBe(false);
    expect(await account.live("+15551230001")).toBe("webhook support");
    expect((await project.up()).steps).toEqual([]);
  });
});

describe("a run that ends in the middle of a table", () => {
  /** The program routes all numbers of the table the same way. */
  const targets = { webhook: "support.applicationId", reject: '"reject"' };
  const declare = (mode: keyof typeof targets) => {
    const entries = many.map((number) => `"${number}": ${targets[mode]}`);
    return account.project.write(
      `${application("support")}new DidRouteTable("numbers", { routes: { ${entries.join(", ")} } });`,
    );
  };

  /** A run that has begun to write the table, number by number. */
  async function begun(mode: keyof typeof targets) {
    const { project, sandbox } = account;
    await declare(mode);
    account.forgetRequests();
    sandbox.faults.arm(isPatch, delay(400), Number.POSITIVE_INFINITY);
    const up = await startUp(project);
    await until(() => patches() >= 3);
    return { up, project, sandbox };
  }

  /** What is in the state, and what is live, are both as declared; and so they stay. */
  async function settled(mode: keyof typeof targets) {
    expect(await account.project.up()).toMatchObject({ failed: false });
    const live = (await account.sandbox.control.listNumbers()).filter(({ number }) => many.includes(number));
    expect(live.map((number) => number.mode)).toEqual(many.map(() => mode));
    account.forgetRequests();
    const again = await account.project.up({ refresh: true });
    expect(again.steps.filter((step) => !step.startsWith("refresh"))).toEqual([]);
    expect(account.writes()).toEqual([]);
  }

  test("because it was killed: the provider stops writing, and the next run finishes", async () => {
    await declare("reject");
    expect((await account.project.up()).failed).toBe(false);
    const { up, project, sandbox } = await begun("webhook");
    up.process.kill("SIGKILL");
    await up.ended;
    await until(async () => {
      const before = patches();
      await sleep(1_000);
      return patches() === before;
    });
    expect(patches()).toBeLessThan(many.length);
    sandbox.faults.clear();
    await project.pulumi(["cancel", "--yes"]);
    await settled("webhook");
  });

  test("because of one Ctrl-C: what runs is finished, and the state is what is live", async () => {
    const { up, sandbox } = await begun("reject");
    up.process.kill("SIGINT");
    sandbox.faults.clear();
    await up.ended;
    await settled("reject");
  });

  test("keeps a second run out, and ends as if there had been none", async () => {
    const { up, project, sandbox } = await begun("webhook");
    const second = await project.up();
    expect(second.failed).toBe(true);
    expect(second.text).toContain("the stack is currently locked");
    sandbox.faults.clear();
    expect(await up.ended).toBe(0);
    await settled("webhook");
  });
});

(canListProcesses ? test : test.skip)(
  "a run that is killed before it had anything to write leaves no provider behind",
  async () => {
    const { project } = account;
    const provider = () =>
      processesIn(project.directory).filter(({ command }) => /pulumi-resource-|dynamic-provider/.test(command));
    await project.write(application("support"));
    expect((await project.up()).failed).toBe(false);
    // The engine has checked and compared all that is declared, and waits for more.
    await project.write(`${application("support")}
      support.applicationId.apply(() => {
        console.log("everything is as declared");
        setInterval(() => undefined, 1_000);
      });`);
    account.forgetRequests();
    const up = await startUp(project, "everything is as declared");
    expect(provider()).not.toEqual([]);
    expect(account.sandbox.requests).toEqual([]);
    up.process.kill("SIGKILL");
    await up.ended;
    await until(() => provider().length === 0);
  },
);

/** A run of `up` that is left to itself, once it has said `words`. */
async function startUp(project: Project, words = "") {
  const process = project.start(["up", "--yes", "--skip-preview"]);
  let said = "";
  process.stdout?.on("data", (chunk) => {
    said += chunk;
  });
  process.stderr?.resume();
  const ended = once(process, "exit").then(([code]) => code as number | null);
  await once(process, "spawn");
  running.add(process);
  await until(() => said.includes(words));
  return { process, ended };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error("what was waited for did not happen within half a minute");
}
