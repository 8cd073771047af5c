import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, jest, test } from "@jest/globals";
import { build } from "esbuild";
import { compileAnswers } from "../../src/call-flow/compile.ts";
import { flowsFor } from "../../src/flows/index.ts";
import { functionUrlEvent } from "./function-url-event.ts";

const answers = compileAnswers(
  { support: "receptionist", sales: "salesMenu", reminders: "appointmentReminder" },
  flowsFor("test"),
);

async function bundle() {
  const { outputFiles, metafile } = await build({
    entryPoints: ["src/functions/answer.ts"],
    absWorkingDir: join(import.meta.dirname, "../.."),
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    plugins: [
      {
        name: "answers",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^virtual:answers$/ }, ({ path }) => ({ path, namespace: "virtual" }));
          onLoad({ filter: /.*/, namespace: "virtual" }, () => ({ contents: JSON.stringify(answers), loader: "json" }));
        },
      },
    ],
  });
  return { code: outputFiles[0]?.contents ?? new Uint8Array(), inputs: Object.keys(metafile.inputs) };
}

test("the answer function's bundle holds our own code alone and stays below 30 KB", async () => {
  const { code, inputs } = await bundle();
  expect(inputs.filter((path) => !path.startsWith("src/functions/")).sort()).toEqual([
    "src/webhooks/probe.ts",
    "virtual:virtual:answers",
  ]);
  expect(code.length).toBeLessThan(30_000);
});

test("the answer function's bundle loads, answers and logs one line", async () => {
  const stdout = jest.spyOn(process.stdout, "write").mockReturnValue(true);
  const folder = await mkdtemp(join(tmpdir(), "answer-bundle-"));
  try {
    const file = join(folder, "index.mjs");
    await writeFile(file, (await bundle()).code);
    const { handler } = await import(pathToFileURL(file).href);
    const { statusCode, body } = await handler(functionUrlEvent({ path: "/answer/support" }));
    expect(statusCode).toBe(200);
    expect(JSON.parse(body).actions).toHaveLength(3);
    expect(stdout.mock.calls).toEqual([[expect.stringMatching(/^\{.*"outcome":"start".*\}\n$/)]]);
  } finally {
    stdout.mockRestore();
    await rm(folder, { recursive: true });
  }
});
