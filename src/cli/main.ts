/** `minivoice`: one file per command under `commands/`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { CliError, messageOf, USAGE } from "./cli-error.ts";
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

/** In the order of the help. */
const commands: Record<string, () => Promise<{ register(program: Command): void }>> = {
  start: () => import("./commands/start.ts"),
  status: () => import("./commands/status.ts"),
  call: () => import("./commands/call.ts"),
  calls: () => import("./commands/calls.ts"),
  events: () => import("./commands/events.ts"),
  flow: () => import("./commands/flow.ts"),
  sandbox: () => import("./commands/sandbox.ts"),
  review: () => import("./commands/review.ts"),
  apply: () => import("./commands/apply.ts"),
  undo: () => import("./commands/undo.ts"),
  up: () => import("./commands/up.ts"),
  pending: () => import("./commands/pending.ts"),
  drift: () => import("./commands/drift.ts"),
  import: () => import("./commands/import.ts"),
  verify: () => import("./commands/verify.ts"),
  doctor: () => import("./commands/doctor.ts"),
  policies: () => import("./commands/policies.ts"),
  pulumi: () => import("./commands/pulumi.ts"),
  stop: () => import("./commands/stop.ts"),
};
// All of them take 0.3 s to load, so one that is named is loaded alone.
const [first, second] = process.argv.slice(2);
const named = first === "help" ? second : first;
const alone = Object.entries(commands).filter(([name]) => name === named);
const wanted = alone.length > 0 ? alone : Object.entries(commands);
for (const { register } of await Promise.all(wanted.map(([, load]) => load()))) register(program);

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
