import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A directory with programs as an installation of Pulumi has them. */
export function fakePulumi(directory: string, { version = "v3.999.0", languageHost = true } = {}): string {
  mkdirSync(directory, { recursive: true });
  program(directory, "pulumi", `echo ${version}`);
  if (languageHost) program(directory, "pulumi-language-nodejs", "exit 0");
  return directory;
}

export function program(directory: string, name: string, script: string): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(directory, name), 0o755);
}
