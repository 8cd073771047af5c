/** `npm run bench -- <name> [options]`: runs one of the measurements in this folder. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "run.ts")
  .map((file) => file.slice(0, -".ts".length));
const [name = ""] = process.argv.splice(2, 1);

if (names.includes(name)) {
  await import(join(import.meta.dirname, `${name}.ts`));
} else {
  process.stderr.write(`error: there is no measurement "${name}": npm run bench -- ${names.join(" | ")}\n`);
  process.exitCode = 2;
}
