import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");

/**
 * Writes what was measured: `bench/results/<name>.json`, and in `docs/benchmarks.md` what stands between the marks
 * `<!-- <name> -->` and `<!-- /<name> -->`. The words around them are a person's.
 */
export async function publish(name: string, results: object, markdown: string): Promise<void> {
  await mkdir(join(root, "bench/results"), { recursive: true });
  await writeFile(join(root, "bench/results", `${name}.json`), `${JSON.stringify(results, undefined, 2)}\n`);
  const file = join(root, "docs/benchmarks.md");
  const page = await readFile(file, "utf8");
  const measured = new RegExp(`(?<=<!-- ${name} -->\n)[\\s\\S]*(?=<!-- /${name} -->)`);
  if (!measured.test(page)) throw new Error(`docs/benchmarks.md has no marks <!-- ${name} --> and <!-- /${name} -->`);
  await writeFile(
    file,
    page.replace(measured, () => markdown),
  );
}
