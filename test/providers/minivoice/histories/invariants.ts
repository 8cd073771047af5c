import { expect } from "@jest/globals";
import type { NumberView } from "../../../../src/sandbox/control-client.ts";
import type { Outcome } from "./engine-in-test.ts";
import type { Capabilities, Picture } from "./history.ts";
import type { Program } from "./program.ts";
import type { Write } from "./trouble.ts";

/** One run, as it is judged. */
export interface Judged {
  before: Picture;
  after: Picture;
  program: Program;
  outcome: Outcome;
  capabilities: Capabilities;
  /** Whether nothing is other than the run knew or could see. */
  isSighted: boolean;
  /** Numbers and applications that somebody else changed while the run was under way. */
  touched: ReadonlySet<string>;
  /** Ids that the state has ever held. */
  known: ReadonlySet<string>;
  writes: readonly Write[];
  secrets: ReadonlyMap<string, unknown>;
}

const routeOf = (number: NumberView | undefined): string => `${number?.mode} ${number?.applicationId ?? "nobody"}`;
const outOfService = "reject nobody";

/** @param seen - what is shown when it does not hold */
function demand(holds: boolean, seen: object): void {
  if (!holds) throw new Error(`an invariant does not hold: ${JSON.stringify(seen, null, 1)}`);
}

/** The applications that a declared target may be: several only while an application is in the making. */
function targetsOf({ program, before, after }: Judged, target: string): string[] {
  if (target === "reject") return [outOfService];
  const { name } = program.applications[target] ?? {};
  const ids = [
    ...[...before.resources, ...after.resources].filter((resource) => resource.name === target).map(({ id }) => id),
    ...after.applications.filter((application) => application.name === name).map(({ id }) => id),
  ];
  return ids.map((id) => `webhook ${id}`);
}

/** No request, not even one in passing, did to a number what the program does not say. */
export function writesAreSound(judged: Judged): void {
  const { writes, before, program, capabilities } = judged;
  const numberOf = new Map([...before.numbers].map(([number, { id }]) => [id, number]));
  for (const { method, path, body, id } of writes) {
    if (method === "POST" && path === "/v1/applications") continue;
    demand(capabilities === "managed", { capabilities, method, path });
    if (!path.startsWith("/v1/dids/")) continue;
    const number = numberOf.get(id ?? "") ?? "";
    const written = routeOf({ mode: body.route_mode, applicationId: body.application_id ?? undefined } as NumberView);
    const declared = program.routes[number];
    const mayLeave = before.held.get(number)?.some(({ leave }) => !leave);
    const allowed = declared ? targetsOf(judged, declared.target) : mayLeave ? [outOfService] : [];
    demand(allowed.includes(written), { number, written, allowed });
  }
}

/** Every number routes where the program says, or where it was, or where somebody else put it meanwhile. */
export function numbersAreSound(judged: Judged): void {
  const { before, after, program, outcome, capabilities, isSighted, touched } = judged;
  for (const [number, now] of after.numbers) {
    if (touched.has(number)) continue;
    const was = routeOf(before.numbers.get(number));
    const is = routeOf(now);
    const declared = program.routes[number];
    const wasApplication = before.numbers.get(number)?.applicationId;
    const mustLeave =
      !declared &&
      capabilities === "managed" &&
      before.held
        .get(number)
        ?.some(({ applications, leave }) => !leave && (!wasApplication || applications.includes(wasApplication)));
    const allowed = [was];
    if (declared && capabilities === "managed") allowed.push(...targetsOf(judged, declared.target));
    if (mustLeave) allowed.push(outOfService);
    if (!outcome.failed && isSighted && declared)
      allowed.splice(0, allowed.length, ...targetsOf(judged, declared.target));
    if (!outcome.failed && mustLeave) allowed.splice(0, allowed.length, outOfService);
    demand(allowed.includes(is), { number, is, was, allowed });
  }
}

/** No application exists twice (but for those that the state knows by id while they wait for a new name or an end), none stands for two resources, and those that are declared are as declared. */
export function applicationsAreSound(judged: Judged): void {
  const { after, program, outcome, capabilities, isSighted, touched, secrets, known } = judged;
  const ids = after.resources.map(({ id }) => id);
  if (!outcome.failed) expect(new Set(ids).size).toBe(ids.length);
  const declaredNameOf = new Map(
    after.resources.flatMap(({ name, id }) => {
      const declared = program.applications[name];
      return declared ? [[id, declared.name] as const] : [];
    }),
  );
  const isWaiting = (id: string, name: string) => ids.includes(id) && declaredNameOf.get(id) !== name;
  // Where a person renames, and nothing deletes, what the program has given up may bear any name.
  const isGivenUp = (id: string) => known.has(id) && !ids.includes(id);
  const declaredNames = outcome.failed ? [] : [...declaredNameOf.values()];
  const matters = (id: string, name: string) =>
    capabilities === "managed" || (declaredNames.includes(name) && !isGivenUp(id));
  const settled = after.applications.filter(({ id, name }) => matters(id, name) && !isWaiting(id, name));
  const names = settled.map(({ name }) => name);
  expect({ names }).toEqual({ names: [...new Set(names)] });
  if (outcome.failed || !isSighted) return;
  for (const [resource, declared] of Object.entries(program.applications)) {
    const id = after.resources.find(({ name }) => name === resource)?.id ?? "";
    if (touched.has(id)) continue;
    const live = after.applications.find((application) => application.id === id);
    // What a person has to set cannot be seen, and one that was taken over keeps a secret that nobody declares.
    if (capabilities === "managed" && declared.webhookSecret && secrets.has(id))
      expect({ resource, secret: secrets.get(id) }).toEqual({ resource, secret: declared.webhookSecret });
    expect({ resource, name: live?.name, answerUrl: live?.answerUrl }).toEqual({
      resource,
      name: declared.name,
      answerUrl: declared.answerUrl,
    });
  }
}
