import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { copyWorkingTree, exportCommit } from "../../../src/review/sources/source-tree.ts";
import { Project } from "../project.ts";

let project: Project;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trees-"));
});
afterEach(() => {
  project.remove();
  rmSync(folder, { recursive: true, force: true });
});

const both = async (commit = "HEAD") => ({
  base: (await exportCommit(project.directory, commit, join(folder, "base"), project.packages)).directory,
  head: (await copyWorkingTree(project.directory, join(folder, "head"), project.packages)).directory,
});

describe("the two versions that are compared", () => {
  test("are the commit, and the working tree with its edits and without what git ignores", async () => {
    project = new Project();
    project.edit("stacks/Voice.test.yaml", '"+15551240001": support', '"+15551240001": sales');
    project.write("src/flows/new.ts", "export {};\n");
    project.write("src/flows/ignored.log", "");
    project.write(".gitignore", "*.log\n");
    rmSync(project.path("src/flows/sales-menu.ts"));
    const { base, head } = await both();
    expect(readFileSync(join(base, "stacks/Voice.test.yaml"), "utf8")).toContain('"+15551240001": support');
    expect(readFileSync(join(head, "stacks/Voice.test.yaml"), "utf8")).toContain('"+15551240001": sales');
    expect(existsSync(join(base, "src/flows/sales-menu.ts"))).toBe(true);
    expect(readdirSync(join(head, "src/flows")).sort()).toEqual([
      "appointment-reminder.ts",
      "directory.ts",
      "index.ts",
      "new.ts",
      "receptionist.ts",
    ]);
    for (const tree of [base, head]) expect(existsSync(join(tree, "node_modules", "zod"))).toBe(true);
  });

  test("leave the repository as it is, its index included", async () => {
    project = new Project();
    project.write("src/flows/staged.ts", "export {};\n");
    project.git("add", "src/flows/staged.ts");
    project.edit("package.json", "voice", "voices");
    const seen = () => [
      project.git("status", "--porcelain"),
      readFileSync(project.path(".git", "index")).toString("base64"),
      project.git("count-objects"),
      project.git("worktree", "list"),
    ];
    const before = seen();
    await both();
    expect(seen()).toEqual(before);
  });

  test("are found in a project that is a folder of its repository, under any name", async () => {
    project = new Project("services/voice [eu] *");
    const { base, head } = await both();
    for (const tree of [base, head]) expect(existsSync(join(tree, "src/flows/index.ts"))).toBe(true);
  });

  test("follow no link, which could lead anywhere", async () => {
    project = new Project();
    const secret = join(folder, "secret");
    mkdirSync(secret);
    writeFileSync(join(secret, "key.ts"), "hush");
    symlinkSync(join(secret, "key.ts"), project.path("src/flows/key.ts"));
    symlinkSync(secret, project.path("src/secret"));
    project.commit("links");
    // A folder that becomes a link after its files were added.
    project.write("src/folder/key.ts", "fine");
    project.commit("a folder");
    rmSync(project.path("src/folder"), { recursive: true });
    symlinkSync(secret, project.path("src/folder"));
    const { base, head } = await both();
    expect(readFileSync(join(base, "src/flows/key.ts"), "utf8")).toBe(join(secret, "key.ts"));
    expect(readFileSync(join(base, "src/secret"), "utf8")).toBe(secret);
    expect(existsSync(join(head, "src/flows/key.ts"))).toBe(false);
    expect(existsSync(join(head, "src/secret"))).toBe(false);
    expect(existsSync(join(head, "src/folder"))).toBe(false);
  });

  test("may be a commit from before the project was there", async () => {
    project = new Project();
    project.git("checkout", "--quiet", "--orphan", "before");
    project.git("rm", "--quiet", "-r", "--cached", ".");
    project.git("commit", "--quiet", "--allow-empty", "--message", "before");
    const { base } = await both("before");
    expect(readdirSync(base)).toEqual(["node_modules"]);
  });
});
