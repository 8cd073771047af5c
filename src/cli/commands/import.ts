import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Command } from "commander";
import { isE164 } from "pulumi-minivoice/lifecycle";
import { flowNames, readCode } from "../../drift/code.ts";
import { declaredElsewhere } from "../../drift/elsewhere.ts";
import { type AccountContents, type Import, importAccount } from "../../drift/import-account.ts";
import { readLive } from "../../drift/live.ts";
import { shown } from "../../review/render/shown-text.ts";
import { counted } from "../../review/report/phrase.ts";
import { openAccount } from "../account.ts";
import { CliError, messageOf } from "../cli-error.ts";
import { readIgnored, shortName, stacksDirectory } from "../drift-check.ts";
import { interruptible } from "../interrupt.ts";
import { patchOf } from "../patch.ts";
import { prepare } from "../prepare.ts";
import { LOCAL_STACK, root } from "../project.ts";
import { openWorkspace, type StackWorkspace } from "../stack-workspace.ts";
import { writeWhole } from "../write-whole.ts";

interface ImportCommandOptions {
  stack: string;
  numbers?: string;
  dryRun?: true;
}

/** `minivoice import`: the voice file of an account that was set up by hand. */
export function register(program: Command): void {
  program
    .command("import")
    .summary("write the voice file of an account that was set up by hand, or what it does not declare yet")
    .description(
      "Writes stacks/Voice.<stack>.yaml for what the account holds: applications to be adopted, with their URLs as live, and " +
        "numbers as they route. Where the file is there already, what it does not declare is added. What another stack " +
        "of the account declares, or stacks/drift-ignore.yaml names, is left out. Only reads the account; the next preview " +
        "shows no change of a live number.",
    )
    .option("-s, --stack <name>", "the stack", LOCAL_STACK)
    .option("--numbers <file>", "the numbers, one a line, for an account whose API does not list them")
    .option("--dry-run", "print a patch instead")
    .addHelpText(
      "after",
      "\nExit codes: 0 all of it is written, 2 something was left out, 1 it could not be done.\n\nExamples:\n" +
        "  minivoice import -s production --numbers numbers.txt\n  minivoice import -s production --dry-run",
    )
    .action(run);
}

async function run({ stack: given, numbers: file, dryRun }: ImportCommandOptions): Promise<void> {
  const listed = file === undefined ? undefined : readNumbers(file);
  const workspace = await openWorkspace(given);
  await prepare(workspace, { command: "drift" });
  const stack = shortName(workspace);
  const directory = stacksDirectory(workspace);
  const path = join(directory, `Voice.${stack}.yaml`);
  const code = existsSync(path) ? await readCode(directory, stack) : undefined;
  if (code && "problems" in code)
    throw new CliError(`nothing can be added to ${relative(root, path)}:\n${code.problems.join("\n")}`);
  const elsewhere = declaredElsewhere(directory, stack);
  const { applications = {}, routes = {} } = code?.voice ?? {};
  const applicationNames = Object.values(applications).map(({ name }) => name);
  const { ignored } = readIgnored(directory, { numbers: Object.keys(routes), applicationNames }, elsewhere);
  const contents = await interruptible("nothing was changed", (signal) => readContents(workspace, listed, signal));
  const flows = await flowNames();
  const imported = importAccount(contents, { ...(code && { existing: code }), elsewhere, ignored, flows });
  const left = [...imported.left, ...contents.left];

  const before = code?.text ?? "";
  if (dryRun) process.stdout.write(await patchOf(relative(root, path), before, imported.text));
  else if (imported.text !== before) writeWhole(path, imported.text);
  process.stderr.write(told({ ...imported, left }, relative(root, path), { stack, dryRun }));
  process.exitCode = left.length > 0 ? 2 : 0;
}

/** @throws CliError: what was not read would be missing in the file, and nobody would see it */
async function readContents(
  workspace: StackWorkspace,
  listed: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<AccountContents & Pick<Import, "left">> {
  const account = await openAccount(workspace, signal);
  const stop = () => account.client.stop("interrupted");
  signal.addEventListener("abort", stop);
  try {
    if (!listed && !account.capabilities.listDids)
      throw new CliError(
        "this account's API does not list its numbers: name them in a file, one a line, with --numbers <file>",
      );
    const { applications, unreadable = [], numbers, all } = await readLive(account, { numbers: listed ?? [] });
    if ("unknown" in applications) throw new CliError(`the applications cannot be read: ${applications.unknown}`);
    if (!listed && "unknown" in all) throw new CliError(`the numbers cannot be listed: ${all.unknown}`);
    const unread = [...numbers].flatMap(([number, read]) => ("unknown" in read ? [`${number}: ${read.unknown}`] : []));
    if (unread.length > 0) throw new CliError(`not all numbers can be read:\n${unread.join("\n")}`);
    const found = [...numbers.values()].flatMap((read) => ("found" in read ? [read.found] : []));
    return {
      applications: [...applications.values()].flatMap((read) => ("found" in read ? [read.found] : [])),
      numbers: listed || "unknown" in all ? found : all,
      left: [
        ...[...applications].flatMap(([id, read]) =>
          "unknown" in read ? [{ object: `application ${id}`, why: read.unknown }] : [],
        ),
        ...unreadable.flatMap(({ id, unreadable: why }) =>
          id === undefined ? [{ object: "an application without id", why }] : [],
        ),
        ...[...numbers].flatMap(([object, read]) =>
          "absent" in read ? [{ object, why: "the account has no such number" }] : [],
        ),
      ],
    };
  } finally {
    signal.removeEventListener("abort", stop);
    await account.client.close();
  }
}

/** One number a line; what stands behind `#` is a comment. */
function readNumbers(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new CliError(`--numbers ${file} cannot be read: ${messageOf(error)}`);
  }
  const lines = text.split(/\r?\n/).map((line) => line.replace(/#.*/, "").trim());
  const problems = lines.flatMap((line, index) =>
    line === "" || isE164(line)
      ? []
      : [`${file}:${index + 1}: ${JSON.stringify(line.slice(0, 40))} is no E.164 number: write it as +15551230001`],
  );
  if (problems.length > 0) throw new CliError(problems.join("\n"));
  return [...new Set(lines.filter((line) => line !== ""))];
}

function told(
  { added, left, withQuery }: Import,
  file: string,
  { stack, dryRun }: { stack: string; dryRun?: true | undefined },
): string {
  const [applications, routes] = [Object.keys(added.applications).length, Object.keys(added.routes).length];
  const count = `${counted(applications, "application").text} and ${counted(routes, "number").text}`;
  const done =
    applications + routes === 0
      ? "there is nothing to add"
      : `${count} ${dryRun ? "would be" : "are"} written into ${file}`;
  return [
    ...left.map(({ object, why }) => shown(`${object} is left out: ${why}`)),
    ...withQuery.map(
      (key) => `${key}: its URLs hold a query. If that is a secret, it does not belong into a repository`,
    ),
    done,
    ...(dryRun || applications + routes === 0
      ? []
      : [`see what an up would do: npx minivoice pulumi preview -s ${stack}`]),
    "",
  ].join("\n");
}
