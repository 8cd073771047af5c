import type { Command } from "commander";
import { readDaemon } from "../../background/control.ts";
import { ensureStack } from "../engine.ts";
import { readEnvironment } from "../environment.ts";
import { interruptible } from "../interrupt.ts";
import { awsLocal, LOCAL_STACK, sandbox } from "../project.ts";
import { heading, renderEnvironment, renderServices } from "../screen.ts";
import { openWorkspace } from "../stack-workspace.ts";

/** `minivoice status`: what runs, and what is deployed on this machine. */
export function register(program: Command): void {
  program
    .command("status")
    .description("Shows what runs in the background and what the local stack deployed.")
    .option("--json", "print JSON")
    .action(async ({ json }: { json?: true }) => {
      const services = await Promise.all(
        [sandbox, awsLocal].map(async ({ name, stateDir }) => ({ name, state: await readDaemon(stateDir) })),
      );
      const workspace = await openWorkspace(LOCAL_STACK);
      const environment = await interruptible("nothing was changed", async (signal) => {
        await ensureStack(workspace);
        return readEnvironment(workspace, signal);
      });
      const { stdout } = process;
      if (json) {
        const running = Object.fromEntries(services.map(({ name, state }) => [name, state?.url ?? null]));
        return void stdout.write(
          `${JSON.stringify({ services: running, environment: environment ?? null }, null, 2)}\n`,
        );
      }
      const deployed = environment ? renderEnvironment(environment, stdout) : "nothing yet: run npm start";
      stdout.write(`${heading("Services", stdout)}\n${renderServices(services)}\n\n`);
      stdout.write(`${heading("Stack local", stdout)}\n${deployed}\n`);
    });
}
