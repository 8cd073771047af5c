import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { VoiceFile } from "../../infra/voice-schema.ts";
import { flowDigest } from "../../src/call-flow/digest.ts";
import { flowsFor } from "../../src/flows/index.ts";
import type { Review } from "../../src/review/review.ts";
import type { DeployedStack } from "../../src/review/sources/engine-preview.ts";
import { planOf, previewOf } from "./engine-previews.ts";
import { reading, reviewed, version } from "./versions.ts";

const flows = ["receptionist", "salesMenu", "appointmentReminder"];
const keys = ["support", "sales", "desk", "constructor", "toString"];
const names = ["Support", "Sales", "Help desk", "Billing", "Complaints"];

/** Any voice file that passes: few keys, names and numbers, so that two of them have much in common. */
const voiceFile: fc.Arbitrary<VoiceFile> = fc
  .record({
    chosen: fc.uniqueArray(fc.constantFrom(...keys), { maxLength: keys.length }),
    named: fc.shuffledSubarray(names, { minLength: names.length }),
    answers: fc.array(
      fc.oneof(
        fc.record({ flow: fc.constantFrom(...flows) }),
        fc.record({ answerUrl: fc.constantFrom("https://a.example.com/1", "https://b.example.com/2") }),
      ),
      { minLength: keys.length, maxLength: keys.length },
    ),
    adopt: fc.array(fc.boolean(), { minLength: keys.length, maxLength: keys.length }),
    routes: fc.dictionary(
      fc.integer({ min: 1, max: 25 }).map((index) => `+1555${1_240_000 + index}`),
      fc.nat({ max: keys.length }),
    ),
  })
  .map(({ chosen, named, answers, adopt, routes }) => ({
    applications: Object.fromEntries(
      chosen.map((key, index) => [
        key,
        { name: named[index] as string, ...answers[index], ...(adopt[index] && { adopt: true }) },
      ]),
    ),
    routes: Object.fromEntries(Object.entries(routes).map(([number, target]) => [number, chosen[target] ?? "reject"])),
  }));

type Declared = VoiceFile["applications"][string];

/** What the first file becomes when everything that the review reports is done to it. */
function applied(first: VoiceFile, { blocks }: Review): VoiceFile {
  const routes = new Map(Object.entries(first.routes));
  const applications = new Map(Object.entries(first.applications).map(([key, declared]) => [key, { ...declared }]));
  for (const { numbers, applications: changes } of blocks) {
    for (const { to, numbers: moved } of numbers)
      for (const { number } of moved)
        if (to === undefined) routes.delete(number);
        else routes.set(number, to === "reject" ? to : to.key);
    const changed = changes.map(({ key, kind, fields }) => {
      const was = fields.find(({ field }) => field === "key")?.from ?? key;
      const declared: Record<string, unknown> = { ...(kind === "added" ? {} : applications.get(was)) };
      for (const { field, to } of fields.filter((change) => change.field !== "key"))
        if (to === undefined) delete declared[field];
        else declared[field] = field === "adopt" ? true : to;
      return { was, key, kind, declared };
    });
    for (const { was } of changed) applications.delete(was);
    for (const { key, kind, declared } of changed) if (kind !== "removed") applications.set(key, declared as Declared);
  }
  return { routes: Object.fromEntries(routes), applications: Object.fromEntries(applications) };
}

/** A stack that was deployed as a voice file says. */
function deployedAs({ applications, routes }: VoiceFile): DeployedStack {
  const id = (key: string) => `app_${key}`;
  const digests = Object.entries(flowsFor("test")).map(([name, flow]) => [name, flowDigest(flow)]);
  return {
    applications: new Map(
      Object.entries(applications).map(([key, { adopt: _, ...declared }]) => [key, { id: id(key), ...declared }]),
    ),
    routes: new Map(Object.entries(routes).map(([number, to]) => [number, to === "reject" ? to : id(to)])),
    flows: Object.fromEntries(digests),
  };
}

/** What has been adopted once is an application like any other. */
const withoutAdoption = ({ applications, routes }: VoiceFile): VoiceFile => ({
  applications: Object.fromEntries(
    Object.entries(applications).map(([key, { adopt: _, ...declared }]) => [key, declared]),
  ),
  routes,
});

/** What a program does otherwise than the voice file says: to the application, and to the number, at each place in it. */
interface Program {
  applications: readonly ("as declared" | "renamed" | "left out" | "moved")[];
  routes: readonly (number | undefined)[];
}

const programs: fc.Arbitrary<Program & { edited: boolean }> = fc.record({
  edited: fc.boolean(),
  applications: fc.array(fc.constantFrom("as declared", "renamed", "left out", "moved"), { maxLength: keys.length }),
  routes: fc.array(fc.option(fc.nat({ max: keys.length }), { nil: undefined, freq: 3 })),
});

/** The stack as the program makes it. What is not deployed it makes as declared, for of that the engine has no step to tell. */
function madeBy(program: Program, head: VoiceFile, deployed: VoiceFile): VoiceFile {
  const applications = Object.entries(head.applications).flatMap(([key, declared], index): [string, Declared][] => {
    const does = program.applications[index];
    if (does === "renamed") return [[key, { ...declared, name: `${declared.name}!` }]];
    if (does === "left out" && Object.hasOwn(deployed.applications, key)) return [];
    const moved = does === "moved" && declared.answerUrl && { webhookUrl: "https://hook.example.com/3" };
    return [[key, { ...declared, ...moved }]];
  });
  const made = new Map(applications);
  const known = [...made.keys()].filter((key) => Object.hasOwn(deployed.applications, key));
  const routes = Object.entries(head.routes).map(([number, target], index) => {
    const other = program.routes[index];
    const wanted = other === undefined ? target : (known[other] ?? "reject");
    return [number, made.has(wanted) ? wanted : "reject"];
  });
  return { applications: Object.fromEntries(applications), routes: Object.fromEntries(routes) };
}

describe("the changes that a review reports", () => {
  test("in what was merged before and in this change, one after the other, make out of what is deployed what the program makes of the head", () => {
    fc.assert(
      fc.property(voiceFile, voiceFile, voiceFile, programs, (deployed, base, head, { edited, ...program }) => {
        const stack = deployedAs(deployed);
        const made = madeBy(program, head, deployed);
        const steps = planOf(stack, reading({ voice: made }));
        const engine = { preview: previewOf({ deployed: stack, standing: "deployed", steps }), notes: [] };
        const review = reviewed(reading({ voice: base }), reading({ voice: head }), {
          engine,
          program: edited ? ["infra/index.ts"] : [],
        });
        const [own, merged] = review.blocks;
        const inOrder = { ...review, blocks: [merged, own].flatMap((block) => block ?? []) };
        expect(withoutAdoption(applied(deployed, inOrder))).toEqual(withoutAdoption(made));
      }),
      { numRuns: 100 },
    );
  });

  test("make the second of any two voice files out of the first", () => {
    fc.assert(
      fc.property(voiceFile, voiceFile, (first, second) => {
        const review = reviewed(reading({ voice: first }), reading({ voice: second }));
        expect(applied(first, review)).toEqual(second);
      }),
      { numRuns: 100 },
    );
  });

  test("are everything that the file of a new stack declares", () => {
    fc.assert(
      fc.property(voiceFile, (file) => {
        const review = reviewed(version(undefined), reading({ voice: file }));
        expect(applied({ applications: {}, routes: {} }, review)).toEqual(file);
      }),
      { numRuns: 50 },
    );
  });

  test("are none between a file and itself, however its lines are ordered", () => {
    fc.assert(
      fc.property(voiceFile, (file) => {
        const turned = {
          applications: Object.fromEntries(Object.entries(file.applications).reverse()),
          routes: Object.fromEntries(Object.entries(file.routes).reverse()),
        };
        expect(reviewed(reading({ voice: file }), reading({ voice: turned }))).toMatchObject({
          outcome: "nothing to say",
          exitCode: 0,
        });
      }),
      { numRuns: 50 },
    );
  });

  test("and what is unchanged are together all numbers of both", () => {
    fc.assert(
      fc.property(voiceFile, voiceFile, (first, second) => {
        const [block] = reviewed(reading({ voice: first }), reading({ voice: second })).blocks;
        const reported = block?.numbers.flatMap(({ numbers }) => numbers.map(({ number }) => number)) ?? [];
        const all = new Set([...Object.keys(first.routes), ...Object.keys(second.routes)]);
        expect(new Set(reported).size).toBe(reported.length);
        expect(reported.length + (block?.unchanged.numbers ?? 0)).toBe(all.size);
      }),
      { numRuns: 50 },
    );
  });
});
