/** `minivoice`: one file per command under `commands/`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { CliError, messageOf, USAGE } from "./cli-error.ts";
import { register as apply } from "./commands/apply.ts";
import { register as call } from "./commands/call.ts";
import { register as calls } from "./commands/calls.ts";
import { register as doctor } from "./commands/doctor.ts";
import { register as drift } from "./commands/drift.ts";
import { register as events } from "./commands/events.ts";
import { register as flow } from "./commands/flow.ts";
import { register as importAccount } from "./commands/import.ts";
import { register as pending } from "./commands/pending.ts";
import { register as policies } from "./commands/policies.ts";
import { register as pulumi } from "./commands/pulumi.ts";
import { register as review } from "./commands/review.ts";
import { register as sandbox } from "./commands/sandbox.ts";
import { register as start } from "./commands/start.ts";
import { register as status } from "./commands/status.ts";
import { register as stop } from "./commands/stop.ts";
import { register as undo } from "./commands/undo.ts";
import { register as up } from "./commands/up.ts";
import { register as verify } from "./commands/verify.ts";
import { root } from "./project.ts";

const { version, description } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const program = new Command("minivoice")
  .description(`${description}.`)
  .version(version)
  .enablePositionalOptions()
  .exitOverride()
  .configureHelp({ showGlobalOptions: false })
  .addHelpText(
    "after",
    `
Examples:
  minivoice start                          a whole environment on this machine, and a call through it
  minivoice call +15551230001 --press 1    another call
  minivoice flow receptionist              what callers hear, and every path that they can take
  minivoice pulumi preview                 what an edit under stacks/, src/flows/ or infra/ would change
  minivoice review --offline               what callers would notice of an edit, and which rules it breaks
  minivoice apply review.json              deploy what was reviewed (review --save), and nothing else
  minivoice undo review.json               put exactly those numbers back
  minivoice calls list                     what was recorded of calls
  minivoice up                             make it so, and list what is left to do by hand
  minivoice drift                          does every live number still go where the code says?
  minivoice sandbox numbers                where each number goes, as the account sees it
  minivoice verify                         MiniVoice's integration checklist, with evidence
  minivoice doctor                         what is missing before production goes live
  minivoice stop                           stop what runs in the background

Exit codes: 0 done, 1 could not be done, 2 or 3 found something (see the command), 64 not asked for correctly;
"minivoice pulumi" has Pulumi's own.
Within the project "npm start", "npm stop" and "npm run pulumi -- …" are the same. DEBUG=1 adds stack traces to errors.`,
  );

const commands = [
  ...[start, status, call, calls, events, flow, sandbox, review, apply, undo, up, pending],
  ...[drift, importAccount, verify, doctor, policies, pulumi, stop],
];
for (const register of commands) register(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Says in one place what went wrong, and hands back the exit code. */
function report(error: unknown): number {
  // Commander has already said what was wrong with the arguments, or has shown the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  process.stderr.write(`error: ${process.env.DEBUG && error instanceof Error ? error.stack : messageOf(error)}\n`);
  return error instanceof CliError ? error.exitCode : 1;
}
