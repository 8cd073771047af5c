import type { Sandbox } from "../../../../src/sandbox/index.ts";
import type { Program } from "./program.ts";

/** What the person at the keyboard can do: edit the program, use the account setup, run again. */
export interface Desk {
  sandbox: Sandbox;
  program: Program;
  /** Ids of applications that resources of this program stand for. */
  ours: ReadonlySet<string>;
}

/**
 * Does what an error message says, and nothing else: if that is not enough to go on, the message is not good enough.
 *
 * @returns the program to run next, and whether something was changed in the account that the program does not declare
 */
export async function followTheWayOut(
  text: string,
  { sandbox, program, ours }: Desk,
): Promise<{ program: Program; hasMeddled: boolean }> {
  const { control } = sandbox;
  let next = program;
  let hasMeddled = false;
  const edit = <Kind extends "applications" | "routes">(
    kind: Kind,
    key: string,
    change: Partial<Program[Kind][string]>,
  ) => {
    const entry = next[kind][key];
    if (entry) next = { ...next, [kind]: { ...next[kind], [key]: { ...entry, ...change } } };
  };
  const idsIn = (list = "") => list.split(", ");

  for (const [, number = "", id = ""] of text.matchAll(/(\+\d+) is held by .*? takeover: "(app_[^"]+)"/g))
    edit("routes", number, { takeover: [...(next.routes[number]?.takeover ?? []), id] });

  for (const [, name] of text.matchAll(/already has an application "([^"]+)" \(\S+\) that differs/g))
    for (const [resource, declared] of Object.entries(next.applications))
      if (declared.name === name) edit("applications", resource, { adopt: true });

  for (const [, ids] of text.matchAll(/applications of the account would be called "[^"]+" \(([^)]+)\)/g))
    for (const [index, id] of idsIn(ids)
      .filter((candidate) => !ours.has(candidate))
      .entries()) {
      hasMeddled = true;
      await meanwhile(control.editApplication(id, { name: `put aside ${id} ${index}` }));
    }

  for (const [, numbers] of text.matchAll(/is still carried by ((?:\+\d+(?:, )?)+)/g))
    for (const number of idsIn(numbers)) {
      hasMeddled = true;
      await meanwhile(control.assign(number, null));
    }

  for (const [, second = ""] of text.matchAll(/"\S+" and "(\S+)" both stand for the application/g)) {
    const { [second]: _removed, ...applications } = next.applications;
    const routes = Object.entries(next.routes).filter(([, { target }]) => target !== second);
    next = { applications, routes: Object.fromEntries(routes) };
  }

  // An application that somebody has deleted cannot be assigned; the next refresh will tell.
  for (const [, number = "", id = ""] of text.matchAll(
    /pending: assign (\+\d+) to application (\S+) in the account setup/g,
  ))
    await control.assign(number, id).catch(() => undefined);
  for (const [, number = ""] of text.matchAll(/pending: set (\+\d+) to reject, with no application/g))
    await meanwhile(control.assign(number, null));
  for (const [, edits = "", id = ""] of text.matchAll(
    /pending: in the account setup, change (.*?) of the application "[^"]*" \((\S+)\)/g,
  ))
    await meanwhile(control.editApplication(id, fieldsIn(edits)));
  return { program: next, hasMeddled };
}

/** What somebody has deleted since cannot be changed any more; the next run will tell. */
const meanwhile = (change: Promise<unknown>): Promise<unknown> => change.catch(() => undefined);

/** @example fieldsIn("answer_url from nothing to https://example.com/") // { answerUrl: "https://example.com/" } */
function fieldsIn(edits: string): Record<string, string | null> {
  const names: Record<string, string> = { name: "name", answer_url: "answerUrl", webhook_url: "webhookUrl" };
  return Object.fromEntries(
    [...edits.matchAll(/(name|answer_url|webhook_url) from .+? to (.+?)(?= and |$)/g)].map(
      ([, field = "", value = ""]) => [names[field], value === "nothing" ? null : value],
    ),
  );
}
