import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { closedEnvironment } from "../closed-environment.ts";

const repository = join(import.meta.dirname, "..", "..");

/** As much of this project as a review looks at, in a git repository of its own with one commit. */
export class Project {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "reviewed-")));
  readonly directory: string;
  readonly packages = join(repository, "node_modules");

  /** @param folder - of the project within its repository. */
  constructor(folder = ".") {
    this.directory = join(this.root, folder);
    for (const part of ["package.json", "stacks", "src/call-flow", "src/flows"])
      cpSync(join(repository, part), join(this.directory, part), { recursive: true });
    this.git("init", "--quiet", "--initial-branch=main", this.root);
    this.commit("first");
  }

  path = (...names: string[]): string => join(this.directory, ...names);
  read = (file: string): string => readFileSync(this.path(file), "utf8");

  write(file: string, text: string): void {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), text);
  }

  edit(file: string, from: string, to: string): void {
    const text = this.read(file);
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    this.write(
      file,
      text.replace(from, () => to),
    );
  }

  /** @returns the id of the commit. */
  commit(message: string): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", message);
    return this.git("rev-parse", "HEAD").trim();
  }

  /** With nobody's own settings of git. */
  git(...args: string[]): string {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    const env = closedEnvironment({ GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" });
    return execFileSync("git", [...identity, ...args], { cwd: this.directory, encoding: "utf8", env, stdio: "pipe" });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
