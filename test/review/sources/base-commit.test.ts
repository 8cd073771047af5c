import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { baseCommit } from "../../../src/review/sources/base-commit.ts";
import { Project } from "../project.ts";

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

/** A remote of that name, whose branch is where this repository is now. */
const remoteAt = (name: string, branch: string): void => {
  project.git("remote", "add", name, "https://git.example.com/voice.git");
  project.git("update-ref", `refs/remotes/${name}/${branch}`, "HEAD");
};

describe("the base of a review", () => {
  test("is where the history parted from the remote's default branch", async () => {
    const first = project.git("rev-parse", "HEAD").trim();
    remoteAt("origin", "trunk");
    project.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk");
    project.commit("second");
    project.git("checkout", "--quiet", "-b", "other", first);
    project.git("update-ref", "refs/remotes/origin/trunk", project.commit("what others merged"));
    project.git("checkout", "--quiet", "main");
    expect(await baseCommit(project.directory)).toMatchObject({
      commit: first,
      reason: "merge base with origin/trunk",
    });
  });

  test("is found where a pipeline's clone does not know the default branch", async () => {
    remoteAt("upstream", "master");
    project.commit("second");
    expect(await baseCommit(project.directory)).toMatchObject({ reason: "merge base with upstream/master" });
  });

  test("is HEAD where there is no remote, so that uncommitted edits are seen", async () => {
    const head = project.git("rev-parse", "HEAD").trim();
    expect(await baseCommit(project.directory)).toMatchObject({
      commit: head,
      reason: "HEAD, for no remote here has a default branch",
    });
  });

  test("is the branch, tag or commit that was asked for, with its time", async () => {
    const first = project.git("rev-parse", "HEAD").trim();
    project.git("tag", "v1");
    project.commit("second");
    for (const asked of ["v1", first.slice(0, 8), "HEAD~1", "main~1"])
      expect(await baseCommit(project.directory, asked)).toEqual({
        commit: first,
        reason: asked,
        time: expect.stringMatching(/^20\d\d-\d\d-\d\dT[\d:.]+Z$/),
      });
  });

  test.each(["nowhere", "", "--help", "HEAD:stacks", "a..b"])("cannot be %p", async (asked) => {
    await expect(baseCommit(project.directory, asked)).rejects.toThrow(`--base: there is no commit "${asked}" here`);
  });

  test("is missing in a clone whose history is too short, and it is said how to get it", async () => {
    project.git("checkout", "--quiet", "--orphan", "apart");
    project.commit("apart");
    project.git("update-ref", "refs/remotes/origin/main", "main");
    project.git("remote", "add", "origin", "https://git.example.com/voice.git");
    await expect(baseCommit(project.directory)).rejects.toThrow(
      "HEAD and origin/main have no commit in common in this clone: fetch the whole history",
    );
  });

  test("is missing outside of git, and before the first commit", async () => {
    const folder = mkdtempSync(join(tmpdir(), "no-git-"));
    try {
      await expect(baseCommit(folder)).rejects.toThrow("is no git repository, so there is nothing to compare with");
      project.git("init", "--quiet", folder);
      await expect(baseCommit(folder)).rejects.toThrow("there is no commit yet");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
