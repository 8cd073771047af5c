import type { Command } from "commander";
import { readDaemon } from "../../background/control.ts";
import { ensureStack } from "../engine.ts";
import { readEnvironment } from "../environment.ts";
import { interruptible } from "../interrupt.ts";
import { alarmsOn } from "../local-alarms.ts";
import { awsLocal, LOCAL_STACK, sandbox } from "../project.ts";
import { heading, renderAlarms, renderEnvironment, renderServices } from "../screen.ts";
import { openWorkspace } from "../stack-workspace.ts";

/** `minivoice status`: what runs, what is deployed on this machine, and which alarms are on. */
export function register(program: Command): void {
  program
    .command("status")
    .description("Shows what runs in the background, what the local stack deployed, and which of its alarms are on.")
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
      const alarms = await alarmsOn(services.find(({ name }) => name === awsLocal.name)?.state);
      const { stdout } = process;
      if (json) {
        const running = Object.fromEntries(services.map(({ name, state }) => [name, state?.url ?? null]));
        return void stdout.write(
          `${JSON.stringify({ services: running, environment: environment ?? null, alarms: alarms ?? null }, null, 2)}\n`,
        );
      }
      const deployed = environment ? renderEnvironment(environment, stdout) : "nothing yet: run npm start";
      stdout.write(`${heading("Services", stdout)}\n${renderServices(services)}\n\n`);
      stdout.write(`${heading("Stack local", stdout)}\n${deployed}\n`);
      if (alarms) stdout.write(`\n${heading("Alarms", stdout)}\n${renderAlarms(alarms)}\n`);
    });
}
