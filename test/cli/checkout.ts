import { execFile, execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closedEnvironment } from "../closed-environment.ts";

const repository = join(import.meta.dirname, "..", "..");

export interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * This project as it stands, in a folder of its own with a git history of its own: what a newcomer has after cloning
 * it, with the npm packages of this repository.
 */
export class Checkout {
  readonly directory = realpathSync(mkdtempSync(join(tmpdir(), "checkout-")));

  constructor() {
    const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: repository,
      encoding: "utf8",
    });
    for (const file of files.split("\0").filter((name) => name && !name.startsWith("test/"))) {
      cpSync(join(repository, file), join(this.directory, file), { recursive: true });
    }
    symlinkSync(join(repository, "node_modules"), join(this.directory, "node_modules"));
    this.#git("init", "--quiet");
    // The packages are a link here, which .gitignore's pattern for a folder does not match.
    writeFileSync(join(this.directory, ".git", "info", "exclude"), "node_modules\n");
    this.#git("add", "--all");
    this.#git("-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message", "all");
  }

  /** What git sees as changed. */
  changes = (): string => this.#git("status", "--porcelain");

  path = (...names: string[]): string => join(this.directory, ...names);
  local = (...names: string[]): string => this.path(".local", ...names);
  read = (...names: string[]): string => readFileSync(this.path(...names), "utf8");
  readLocal = (...names: string[]): string => readFileSync(this.local(...names), "utf8");

  /** Runs `minivoice` through the front door, as `npm start` and `npx minivoice` do. */
  minivoice = (...args: string[]): Promise<Run> => this.begin(args).ended;

  /** Everything that the commands have printed so far. */
  readonly shown: string[] = [];

  /**
   * The same, while it runs. Without the front door, the process is that of the command itself.
   *
   * @param own - environment variables beside those that every test has
   */
  begin(args: string[], program = ["tools/bootstrap.mjs", "minivoice"], own: Record<string, string> = {}) {
    const { promise: ended, resolve } = Promise.withResolvers<Run>();
    const child = execFile(
      process.execPath,
      [...program, ...args],
      {
        cwd: this.directory,
        env: closedEnvironment(own),
        maxBuffer: 64_000_000,
      },
      (error, stdout, stderr) => {
        this.shown.push(stdout, stderr);
        resolve({ code: Number(error?.code ?? (error ? 1 : 0)), stdout, stderr });
      },
    );
    return { child, ended };
  }

  /** Stops what it left running and is gone. */
  async remove(): Promise<void> {
    if (["sandbox", "aws"].some((daemon) => existsSync(this.local(daemon)))) await this.minivoice("stop");
    this.#endOrphans();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** A killed engine leaves its plugins, which know this folder from their environment. */
  #endOrphans(): void {
    const { stdout } = spawnSync("ps", ["axeww", "-o", "pid=,command="], { encoding: "utf8", maxBuffer: 64_000_000 });
    for (const line of (stdout ?? "").split("\n").filter((text) => text.includes(`=${this.directory}/`))) {
      try {
        process.kill(Number.parseInt(line, 10), "SIGKILL");
      } catch {
        // It ended by itself.
      }
    }
  }

  #git(...args: string[]): string {
    return execFileSync("git", args, { cwd: this.directory, encoding: "utf8" });
  }
}

/** Everything that a run printed. */
export const printed = ({ stdout, stderr }: Run): string => stdout + stderr;

/** The lines of a stack trace in a text, and the folders of this machine: neither belongs into a message. */
export const tracesIn = (text: string): string[] => text.split("\n").filter((line) => /^\s+at .*[:(]/.test(line));
