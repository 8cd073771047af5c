import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import type { VoiceFile } from "../../infra/voice-schema.ts";
import { flowDigest } from "../../src/call-flow/digest.ts";
import { flowsFor } from "../../src/flows/index.ts";
import { CouldNotReview } from "../../src/review/could-not-review.ts";
import type { Review } from "../../src/review/review.ts";
import { type ReviewRequest, reviewProject } from "../../src/review/review-project.ts";
import { deployedCommit } from "../../src/review/sources/deployed-commit.ts";
import type { DeployedStack } from "../../src/review/sources/engine-preview.ts";
import { defaultLimits } from "../../src/review/sources/flow-process/evaluate-flows.ts";
import { previewOf } from "./engine-previews.ts";
import { Project } from "./project.ts";

let project: Project;
let first: string;
beforeAll(() => {
  project = new Project();
  first = project.git("rev-parse", "HEAD").trim();
});
/** Whatever a test did to the working tree. */
afterEach(() => {
  project.git("reset", "--quiet", "--hard", first);
  project.git("clean", "--quiet", "-fd");
});
afterAll(() => project.remove());

const review = (request: Partial<ReviewRequest> = {}): Promise<Review> =>
  reviewProject({ stack: "test", project: project.directory, packages: project.packages, ...request });

const voiceFile = "stacks/Voice.test.yaml";

describe("a review of the working tree", () => {
  test("sees uncommitted edits of numbers and flows", async () => {
    project.edit(voiceFile, '"+15551240001": support', '"+15551240001": sales');
    project.edit("src/flows/receptionist.ts", "Thanks for calling.", "Welcome.");
    expect(await review()).toMatchObject({
      outcome: "changes within the rules",
      head: { uncommittedEdits: true },
      blocks: [
        {
          numbers: [{ kind: "moved", numbers: [{ number: "+15551240001" }] }],
          flows: [{ from: "receptionist", to: "receptionist", differences: [{ presses: [], differs: ["says"] }] }],
        },
      ],
    });
  });

  test("says of an edited program that it is not looked at, and never that nobody will notice", async () => {
    project.write("infra/index.ts", "export {};\n");
    project.write("infra/README.md", "How it is made.\n");
    project.edit("src/call-flow/compile.ts", "import ", "// Edited.\nimport ");
    const { outcome, exitCode, notes } = await review();
    expect({ outcome, exitCode }).toEqual({ outcome: "changes within the rules", exitCode: 2 });
    expect(notes.map(({ text }) => text)).toEqual([
      expect.stringContaining("The program is edited, too (infra/index.ts, src/call-flow/compile.ts). What callers"),
    ]);
  });

  test("compares with the base that was asked for", async () => {
    project.edit(voiceFile, '"+15551240001": support', '"+15551240001": sales');
    project.commit("moved");
    expect(await review()).toMatchObject({ outcome: "nothing to say", head: { uncommittedEdits: false } });
    expect(await review({ base: "HEAD~1" })).toMatchObject({ outcome: "changes within the rules" });
  });

  test("takes everything as new in a stack that the base has not", async () => {
    const desk = "+15550100301";
    const directory = {
      operator: desk,
      support: desk,
      newBusiness: desk,
      billing: desk,
      delivery: desk,
      scheduling: desk,
    };
    project.edit("src/flows/directory.ts", "  test: {", `  emea: ${JSON.stringify(directory)},\n  test: {`);
    project.write(
      "stacks/Voice.emea.yaml",
      'applications:\n  desk: { name: Desk (emea), flow: receptionist }\nroutes:\n  "+15551260001": desk\n',
    );
    const { blocks, notes } = await review({ stack: "emea" });
    expect(blocks[0]?.numbers).toMatchObject([{ kind: "added", to: { name: "Desk (emea)", flow: "receptionist" } }]);
    expect(notes.map(({ text }) => text)).toContain("The stack emea is not at the base: everything in it is new.");
  });

  test("knows what other stacks hold, now and at the base", async () => {
    project.edit("stacks/Voice.production.yaml", '  "+15551250001": support\n', "");
    project.edit(
      voiceFile,
      '"+15551240001": support',
      '"+15551240001": support\n  "+15551250001": sales\n  "+15551250002": sales',
    );
    const { blocks } = await review();
    const broken = blocks.flatMap(({ rules }) => rules.filter(({ status }) => status === "broken"));
    expect(broken.map(({ number, findings }) => [number, findings.flatMap(({ subjects }) => subjects)])).toEqual([
      ["R3", ["+15551250001", "+15551250002"]],
      ["R4", ["+15551250002"]],
    ]);
  });
});

describe("a full review", () => {
  const deployedAt = (revision: string) => {
    const { applications, routes } = parse(project.read(voiceFile)) as VoiceFile;
    const flows = Object.entries(flowsFor("test")).map(([name, flow]) => [name, flowDigest(flow)]);
    const deployed = {
      applications: new Map(
        Object.entries(applications).map(([key, { name, flow }]) => [key, { id: key, name, flow }]),
      ),
      routes: new Map(Object.entries(routes)),
      flows: Object.fromEntries(flows),
      revision,
    };
    return async () => ({ preview: previewOf({ deployed: deployed as unknown as DeployedStack }), notes: [] });
  };

  test("finds what callers hear today in the commit that was deployed, and says where nobody knows it", async () => {
    const engine = deployedAt(`${first}-dirty`);
    project.edit("src/flows/receptionist.ts", "Thanks for calling.", "Welcome.");
    project.commit("another greeting");
    const known = await review({ engine });
    expect(known.blocks).toMatchObject([
      { title: "This change", flows: [] },
      {
        title: "Deployed otherwise than the base says",
        flows: [{ differences: [{ presses: [], differs: ["says"] }] }],
      },
    ]);
    const unknown = await review({ engine: deployedAt("0".repeat(40)) });
    expect(unknown.blocks[1]).toMatchObject({
      title: "Already merged, not yet deployed",
      flows: [{ from: "receptionist", unknown: true }],
    });
    expect(unknown.notes.map(({ text }) => text)).toContainEqual(expect.stringContaining("is not in this repository"));
  });
});

test("the commit that is deployed is found, whether the base has it and whether there were edits", async () => {
  const base = project.commit("base");
  const elsewhere = project.git("commit-tree", "-p", first, "-m", "elsewhere", `${first}^{tree}`).trim();
  const found = (revision: string) => deployedCommit(project.directory, revision, base);
  expect(await found(first)).toEqual({ commit: first, isInBase: true, hadEdits: false });
  expect(await found(`${first}-dirty`)).toEqual({ commit: first, isInBase: true, hadEdits: true });
  expect(await found(elsewhere)).toEqual({ commit: elsewhere, isInBase: false, hadEdits: false });
  for (const unknown of ["0".repeat(40), "release 7", "--help"]) expect(await found(unknown)).toBeUndefined();
});

describe("a review that cannot be made", () => {
  const reasonsOf = async (request?: Partial<ReviewRequest>): Promise<readonly string[]> => {
    const error = await review(request).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CouldNotReview);
    return (error as CouldNotReview).reasons;
  };

  test("names all that is wrong with the voice file, by line and column", async () => {
    project.edit(voiceFile, '"+15551240001": support', '"+15551240001": nowhere\n  "12": sales');
    expect(await reasonsOf()).toEqual([
      expect.stringMatching(/^stacks\/Voice\.test\.yaml:7:19: .* no application "nowhere"/),
      expect.stringMatching(/^stacks\/Voice\.test\.yaml:8:3: .*"12" is not an E.164 number/),
    ]);
  });

  test("tells a stack that is gone, one that never was, and one without a directory", async () => {
    rmSync(project.path(voiceFile));
    expect(await reasonsOf()).toEqual([
      expect.stringContaining("stacks/Voice.test.yaml is gone, and with it every number: to retire the stack, first"),
    ]);
    expect(await reasonsOf({ stack: "nowhere" })).toEqual([
      'there is no stack "nowhere": stacks/Voice.nowhere.yaml is missing; the stacks here are: local, production',
    ]);
    project.write("stacks/Voice.apart.yaml", "applications: {}\nroutes: {}\n");
    expect(await reasonsOf({ stack: "production" })).toEqual([
      expect.stringContaining('the flows of the stack "apart" cannot be evaluated at the head: stack "apart" has no'),
    ]);
  });

  test("tells a base that does not build from a head that does not", async () => {
    project.edit("src/flows/receptionist.ts", "defineFlow(", "defineNothing(");
    expect(await reasonsOf()).toEqual([
      expect.stringMatching(/^the flows of .*"local".* at the head: defineNothing is not defined: mend it/),
      expect.stringMatching(/^the flows of .*"production".* at the head: defineNothing is not defined: mend it/),
      expect.stringMatching(/^the flows of .*"test".* at the head: defineNothing is not defined: mend it/),
    ]);
    project.commit("broken");
    project.git("checkout", "--quiet", "HEAD~1", "--", "src");
    expect(await reasonsOf()).toEqual([
      expect.stringMatching(
        /cannot be evaluated at the base: defineNothing is not defined: name another base with --base/,
      ),
    ]);
  });

  test("tells a flow module that never returns, after the time that it may have", async () => {
    project.edit("src/flows/index.ts", "export const flows", "for (;;);\nexport const flows");
    expect(await reasonsOf({ limits: { ...defaultLimits, timeMs: 3_000 } })).toEqual([
      "the flows of the head cannot be evaluated: the flow modules did not come to an end within 3 seconds: mend it, and review again",
    ]);
  });

  test("tells an exemption that has ended, by line and column", async () => {
    project.write(
      "stacks/review-rules.yaml",
      'exemptions:\n  old: { rule: R2, stack: test, for: "+15551240001", reason: closed, expires: 2020-01-31 }\n',
    );
    expect(await reasonsOf()).toEqual([
      expect.stringMatching(/^stacks\/review-rules\.yaml:2:\d+: exemptions\.old\.expires: it ended on 2020-01-31/),
    ]);
  });

  test("tells a voice file of another stack in which nobody can read the numbers", async () => {
    project.write("stacks/Voice.production.yaml", "routes: [\n");
    expect(await reasonsOf()).toEqual([
      expect.stringMatching(
        /^stacks\/Voice\.production\.yaml:2:1: .*nobody can tell which numbers are "production"'s$/,
      ),
    ]);
  });

  test("names a review of the code alone as a way out where the code is right, and nowhere else", async () => {
    const engine = () => Promise.reject(new CouldNotReview("the program is broken"));
    expect(await reasonsOf({ engine })).toEqual([
      "the program is broken",
      "for a review of the code alone: minivoice review -s test --offline",
    ]);
    project.edit(voiceFile, '"+15551240001": support', '"+15551240001": nowhere');
    expect(await reasonsOf({ engine })).toEqual([
      expect.stringMatching(/^stacks\/Voice\.test\.yaml:7:19: /),
      "the program is broken",
    ]);
  });

  test("tells where the packages are missing", async () => {
    expect(await reasonsOf({ packages: project.path("nowhere") })).toEqual([
      expect.stringMatching(/^the packages are not installed .*: run npm install first$/),
    ]);
  });
});
