import type { StackFile } from "../../infra/stack-file.ts";
import { stackNeighbours } from "../../infra/stack-neighbours.ts";
import { readVoiceFile } from "../../infra/voice-file.ts";
import { formatProblem } from "../../infra/yaml-source.ts";
import { type Check, neededLive, ok, problem, unchecked, warning } from "./check.ts";

/** Names under which people keep secrets. */
const SECRET_NAME = /(?:api_?key|secret|password|passphrase|token|credential|private_?key)/i;
/** What is a secret whatever it is called: keys of MiniVoice, access keys of AWS, private keys. */
const SECRET_VALUE = /\bmv_[a-z]+_\w{6,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** What `src/flows` exports, or why it cannot be loaded. */
export type CallFlows = Pick<typeof import("../flows/index.ts"), "flows" | "flowsFor"> | { problem: string };

/** The two files of a stack: whether they are there and hold together, and whether they give anything away. */
export function checkProjectFiles(directory: string, file: StackFile, callFlows: CallFlows): Check[] {
  const { stack } = file;
  return [
    checkStackFile(file),
    checkVoiceFile(directory, stack, callFlows),
    checkDirectory(stack, callFlows),
    checkApart(directory, stack),
    ...checkSecrets(file),
  ];
}

function checkStackFile({ exists, stack, syntaxProblems }: StackFile): Check {
  const name = `Pulumi.${stack}.yaml`;
  if (!exists)
    return problem(name, "is not there", `create stacks/${name}, for example from a copy of another stack's`);
  const [first] = syntaxProblems;
  return first ? problem(name, formatProblem(first), "mend the file") : ok(name, "is valid YAML");
}

function checkVoiceFile(directory: string, stack: string, callFlows: CallFlows): Check {
  const name = `Voice.${stack}.yaml`;
  if ("problem" in callFlows) return unchecked(name, "which call flows it may name is not known");
  const { voice, problems } = readVoiceFile(directory, stack, Object.keys(callFlows.flows));
  const [first, ...more] = problems;
  if (first || !voice) {
    const others = more.length > 0 ? ` (and ${more.length} more)` : "";
    return problem(
      name,
      `${first ? formatProblem(first) : "is not valid"}${others}`,
      "mend the file; a preview lists all of it",
    );
  }
  const [applications, routes] = [Object.keys(voice.applications).length, Object.keys(voice.routes).length];
  return ok(
    name,
    `${applications} ${applications === 1 ? "application" : "applications"}, ${routes} ${routes === 1 ? "number" : "numbers"}`,
  );
}

/** Flows that cannot be built would stop the first deployment. */
function checkDirectory(stack: string, callFlows: CallFlows): Check {
  const name = "call flows";
  if ("problem" in callFlows) return problem(name, callFlows.problem, "mend src/flows");
  try {
    return ok(name, `${Object.keys(callFlows.flowsFor(stack)).join(", ")}, with the destinations of ${stack}`);
  } catch (error) {
    return problem(name, (error as Error).message, "mend src/flows");
  }
}

function checkApart(directory: string, stack: string): Check {
  const name = "stacks apart";
  const { shared, problem: unreadable } = stackNeighbours(directory, stack);
  const [first, ...more] = shared;
  if (unreadable) return problem(name, unreadable, "mend the voice file");
  if (first)
    return problem(
      name,
      `${first}${more.length > 0 ? ` (and ${more.length} more)` : ""}`,
      "remove it from one of them",
    );
  return ok(name, "no number and no application name is in another stack's file, too");
}

/** A secret in a file that is committed is known to everybody who can read it, for good. */
function checkSecrets(file: StackFile): Check[] {
  const name = "plain-text secrets";
  const found = file.keys.filter((key) => {
    const value = file.plain(key);
    return value !== undefined && (SECRET_NAME.test(key.split(":").at(-1) ?? key) || SECRET_VALUE.test(value));
  });
  const open = found.filter((key) => !isName(file.plain(key) ?? ""));
  if (open.length === 0) return [ok(name, "none in the stack's file")];
  return open.map((key) =>
    problem(
      name,
      `${formatProblem({ ...file.placeOf(key), message: `${key} is in plain text` })}`,
      `make a new one where it came from, and run npm run pulumi -- config set --secret ${key} -s ${file.stack}`,
    ),
  );
}

/** `voice:webhookSecretVersion: "2"` names a version, and no secret is as short. */
const isName = (value: string): boolean => value.length < 8 && !SECRET_VALUE.test(value);

/** A stack that live callers depend on: it says so, or its name does. */
export const isProduction = (file: StackFile): boolean =>
  file.plain("voice:production") === "true" || /^(?:prod|production|live)$/i.test(file.stack);

/** What a stack with live callers must have set. */
export function checkSettings(file: StackFile): Check[] {
  const set = (key: string, value: string) => `npm run pulumi -- config set ${key} ${value} -s ${file.stack}`;
  const production = isProduction(file);
  const [topic, base] = ["voice:alarmTopicArn", "voice:publicBaseUrl"].map((key) => file.plain(key));
  const allowed = Object.entries(file.allowed).map(([rule, reason]) =>
    warning("voice:allow", `the rule ${rule} may be broken: ${reason}`, "remove it once it is not needed"),
  );
  return [
    checkMark(file, set("voice:production", "true")),
    topic
      ? ok("alarms", `are sent to ${topic}`)
      : neededLive(production)(
          "alarms",
          "nobody is told when an alarm goes off",
          set("voice:alarmTopicArn", "arn:aws:sns:<region>:<account>:<topic>"),
        ),
    base
      ? ok("voice:publicBaseUrl", `${base}: the addresses in the account outlive a function`)
      : warning(
          "voice:publicBaseUrl",
          "the account will hold the functions' own URLs, and a new function would have another one",
          `${set("voice:publicBaseUrl", "https://voice.example.com")}, if you own a domain`,
        ),
    ...allowed,
  ];
}

function checkMark(file: StackFile, fix: string): Check {
  const name = "voice:production";
  if (file.plain(name) === "true") return ok(name, "what cannot be had again is guarded, and numbers keep their route");
  if (!isProduction(file)) return ok(name, "no live callers depend on this stack, so nothing of it is guarded");
  return problem(name, "the stack is not marked as production, so nothing of it is guarded", fix);
}
