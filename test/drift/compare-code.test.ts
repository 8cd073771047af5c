import { describe, expect, test } from "@jest/globals";
import { compare } from "../../src/drift/compare.ts";
import type { Reading, RecordedCode } from "../../src/drift/pictures.ts";
import { exitCodeOf } from "../../src/drift/report.ts";
import { declaredOf, liveOf, type Model, recordedOf } from "./pictures.ts";

const nothing: Model = { applications: {}, routes: {} };
const [before, after] = ["0123456789abcdef0123", "fedcba98765432100123"];
const deployed: RecordedCode = { bundle: before, archive: "AAAA=" };

/** @param program - the bundle that the program would deploy */
function check(program: string | undefined, recorded: RecordedCode, aws: Reading<string>) {
  const declared = { ...declaredOf(nothing), ...(program !== undefined && { code: new Map([["answer", program]]) }) };
  const live = { ...liveOf(nothing, []), code: new Map([["answer", aws]]) };
  const about = { stack: "test", checkedAt: new Date(0) };
  const report = compare(
    declared,
    { ...recordedOf(nothing, nothing), code: new Map([["answer", recorded]]) },
    live,
    about,
  );
  return { code: report.objects.find(({ kind }) => kind === "code"), exitCode: exitCodeOf(report) };
}

describe("the code of a function", () => {
  test("is in sync where AWS runs what was deployed, and the program would deploy the same", () => {
    const shown = { text: "0123456789ab" };
    expect(check(before, deployed, { found: "AAAA=" })).toEqual({
      exitCode: 0,
      code: {
        kind: "code",
        status: "inSync",
        key: "answer",
        fields: [{ field: "code", status: "inSync", declared: shown, recorded: shown, live: shown }],
      },
    });
  });

  test("has drifted where AWS runs something else, whatever the program has become", () => {
    for (const program of [before, after, undefined]) {
      const { code, exitCode } = check(program, deployed, { found: "BBBB=" });
      expect(code).toMatchObject({ status: "drifted", fields: [{ live: { text: "other code, CodeSha256 BBBB=" } }] });
      expect(exitCode).toBe(2);
    }
  });

  test("waits for the next up where the program has moved on", () => {
    expect(check(after, deployed, { found: "AAAA=" })).toMatchObject({ exitCode: 2, code: { status: "undeployed" } });
  });

  test("is held against the state alone where the program does not build", () => {
    expect(check(undefined, deployed, { found: "AAAA=" })).toMatchObject({ exitCode: 0, code: { status: "inSync" } });
  });

  test("is missing with its function", () => {
    expect(check(before, deployed, { absent: true })).toMatchObject({ exitCode: 2, code: { status: "missing" } });
  });

  test("is not deployed, and never fine, where a refresh took the function out of the state", () => {
    const declared = { ...declaredOf(nothing), code: new Map([["answer", before]]) };
    const live = { ...liveOf(nothing, []), code: new Map() };
    const report = compare(declared, recordedOf(nothing), live, { stack: "test", checkedAt: new Date(0) });
    expect(report.objects).toEqual([
      expect.objectContaining({
        key: "answer",
        status: "undeployed",
        why: expect.stringContaining("found it deleted"),
      }),
    ]);
    expect(exitCodeOf(report)).toBe(2);
  });

  test("is unknown, and never fine, where AWS or the state does not tell", () => {
    const silent = check(after, deployed, { unknown: "no credentials" });
    expect(silent).toMatchObject({ exitCode: 3, code: { status: "unknown", why: "no credentials" } });
    expect(silent.code?.fields[0]).toMatchObject({
      declared: { text: "fedcba987654" },
      recorded: { text: "0123456789ab" },
    });
    expect(check(before, { bundle: before }, { found: "AAAA=" })).toMatchObject({
      exitCode: 3,
      code: { status: "unknown", why: expect.stringContaining("the state does not tell") },
    });
    expect(check(before, { archive: "AAAA=" }, { found: "AAAA=" })).toMatchObject({
      exitCode: 3,
      code: { status: "unknown", why: expect.stringContaining("a refresh took out of the state which bundle that is") },
    });
  });
});
