import { execFile, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { appendFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { readDaemon } from "../../src/background/control.ts";
import { SandboxControl } from "../../src/sandbox/control-client.ts";
import { Checkout } from "../../test/cli/checkout.ts";

const run = promisify(execFile);

/** How the engine's CLI is called on the stack, with nothing of ours between. */
export interface Engine {
  command: string;
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/**
 * A checkout of this project whose stack `local` is deployed with so many numbers, and committed; then every number is routed
 * to another application in its working tree.
 */
export class DeployedStack {
  readonly checkout = new Checkout();
  #known = new Set<string>();

  static async open(): Promise<DeployedStack> {
    const stack = new DeployedStack();
    process.once("exit", stack.#leave);
    // The deployment is not what is measured, and its writes are no burden to anybody.
    await appendFile(stack.checkout.path("stacks", "Pulumi.local.yaml"), '  minivoice:requestsPerSecond: "1000000"\n');
    await stack.#must("start");
    return stack;
  }

  /**
   * @param count - no less than the time before, since a table refuses to lose most of its numbers at once
   * @returns the numbers
   */
  async moveAll(count: number): Promise<string[]> {
    const numbers = Array.from({ length: count }, (_, index) => `+1556${String(index).padStart(7, "0")}`);
    const sandbox = await readDaemon(this.checkout.local("sandbox"));
    const control = new SandboxControl(String(sandbox?.url), String(sandbox?.controlToken));
    for (const number of numbers.filter((one) => !this.#known.has(one))) {
      await control.addNumber(number);
      this.#known.add(number);
    }
    await this.#route(numbers, "support");
    await this.#must("pulumi", "up", "--yes", "--skip-preview", "--non-interactive");
    await run("git", ["-c", "user.name=bench", "-c", "user.email=bench@example.com", "commit", "-qam", "before"], {
      cwd: this.checkout.directory,
    });
    await this.#route(numbers, "sales");
    return numbers;
  }

  /** The engine as `minivoice` would call it. */
  async engine(): Promise<Engine> {
    const code =
      'const { openWorkspace } = await import("./src/cli/stack-workspace.ts");' +
      'const { command, cwd, env } = await openWorkspace("local");console.log(JSON.stringify({ command, cwd, env }));';
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], {
      cwd: this.checkout.directory,
      maxBuffer: 64_000_000,
    });
    return JSON.parse(stdout);
  }

  async close(): Promise<void> {
    process.off("exit", this.#leave);
    await this.checkout.remove();
  }

  /** A Ctrl-C ends the bench at once. */
  #leave = (): void => {
    const { directory } = this.checkout;
    spawnSync(process.execPath, ["tools/bootstrap.mjs", "minivoice", "stop"], { cwd: directory });
    rmSync(directory, { recursive: true, force: true });
  };

  #route(numbers: readonly string[], application: string): Promise<void> {
    const routes = numbers.map((number) => `  "${number}": ${application}`);
    const applications = `applications:
  support: { name: Support IVR (local), flow: receptionist }
  sales: { name: Sales menu (local), flow: salesMenu }
  reminders: { name: Appointment reminders (local), flow: appointmentReminder }`;
    return writeFile(
      this.checkout.path("stacks", "Voice.local.yaml"),
      `${applications}\nroutes:\n${routes.join("\n")}\n`,
    );
  }

  async #must(...args: string[]): Promise<void> {
    const { code, stdout, stderr } = await this.checkout.minivoice(...args);
    if (code !== 0) throw new Error(`minivoice ${args.join(" ")} ended with ${code}: ${stderr || stdout}`);
  }
}
