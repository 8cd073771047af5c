import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as resources from "pulumi-minivoice";
import {
  application,
  didRoute,
  didRouteTable,
  findApplication,
  findDid,
  findDids,
  webhookSecret,
} from "pulumi-minivoice/lifecycle";
import { configurationOf } from "../../../providers/minivoice/configuration.ts";
import { inputsOf, main, partOf, second, testAccount } from "./lifecycle/account.ts";

const folder = resolve(import.meta.dirname, "../../../providers/minivoice");
let readme: string;
beforeAll(async () => {
  readme = await readFile(join(folder, "README.md"), "utf8");
});

/** What stands under a heading. */
const section = (heading: string) => {
  const [, text = ""] = new RegExp(`^#+ ${heading}\\n(.*?)(?=^#+ |(?![\\s\\S]))`, "ms").exec(readme) ?? [];
  return text;
};

describe("the package's README names", () => {
  test.each([
    ["Application", application],
    ["DidRoute", didRoute],
    ["DidRouteTable", didRouteTable],
    ["WebhookSecret", webhookSecret],
  ])("every argument and output of %s", async (name, { check }) => {
    const [problem = ""] = check({ resourceName: "main", nonsense: true }, () => false).problems;
    const known = problem.replace(/.*expected /, "").split(/, | or | and /);
    const file = `${name.replaceAll(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}.ts`;
    const source = await readFile(join(folder, "resources", file), "utf8");
    const outputs = [...source.matchAll(/^ {2}(?:declare readonly|get) (\w+)/gm)].map(([, output = ""]) => output);
    expect(known.length).toBeGreaterThan(1);
    expect(outputs.length).toBeGreaterThan(1);
    for (const word of [...known, ...outputs]) expect(section(name)).toContain(`\`${word}`);
  });

  test("every resource and every data source", () => {
    for (const name of Object.keys(resources)) {
      const [, form = name] = /^(get\w+)Output$/.exec(name) ?? [];
      expect(readme).toMatch(new RegExp(`^### ${form}$|^\\| \`${form}\\(`, "m"));
    }
  });

  test("every setting, of the stack and of the environment", () => {
    const asked = new Set<string>();
    const environment = new Proxy({} as NodeJS.ProcessEnv, {
      get(_target, name) {
        asked.add(String(name));
        return name === "MINIVOICE_API_KEY" ? "mv_test_not_a_real_key" : undefined;
      },
    });
    configurationOf((key) => void asked.add(key.replace("minivoice:", "")), environment);
    expect(asked.size).toBeGreaterThan(8);
    for (const name of [...asked, "MINIVOICE_CONFIRM_CHANGES", "MINIVOICE_DEBUG"])
      expect(readme).toContain(`\`${name}`);
  });

  test.each(["documented", "managed"] as const)(
    "every call that is made of an account (%s), and no other",
    async (capabilities) => {
      const account = await testAccount({ numbers: [main, second] });
      const run = () => account.run({ capabilities });
      const made = await application.create(run(), inputsOf(application, { name: "Support" }));
      const edited = inputsOf(application, { name: "Support", answerUrl: "https://example.com/" });
      const routed = inputsOf(didRoute, { number: main, applicationId: made.id });
      const table = inputsOf(didRouteTable, { routes: { [second]: made.id } });
      const byHand = capabilities === "documented";
      const outputsOf = async <Result>(operation: Promise<Result>) =>
        byHand ? (await partOf(operation)).outputs : await operation;
      const changed = await outputsOf(application.update(run(), made.id, made.outputs, edited));
      const route = await outputsOf(didRoute.create(run(), routed));
      const numbers = await outputsOf(didRouteTable.create(run(), table));
      await application.read(run(), made.id, changed);
      await didRoute.read(run(), "did_1", byHand ? route : route.outputs);
      await didRoute.remove(run(), "did_1", byHand ? route : route.outputs);
      await didRouteTable.remove(run(), "numbers", byHand ? numbers : numbers.outputs);
      await application.remove(run(), made.id, changed);
      await findApplication(run(), { name: "Account portal" });
      await findDid(run(), { number: main });
      await findDid(run(), { id: (await account.sandbox.control.listNumbers())[0]?.id ?? "" });
      if (!byHand) await findDids(run());

      const calls = account.sandbox.requests.map(({ method, path }) =>
        `${method} ${path}`
          .replace(/\?.*/, "")
          .replace(/(app|did)_\S+/, ":id")
          .replace(/\+\d+/, ":number"),
      );
      const text = section("What it asks of the account");
      for (const call of new Set(calls))
        expect(text).toMatch(call.startsWith("POST") ? /`POST`/ : new RegExp(`\`${call}\``));
      const writes = [...text.matchAll(/`((?:PATCH|DELETE) [^`]+)`/g)].map(([, call]) => call);
      expect(new Set(calls.filter((call) => /^(PATCH|DELETE)/.test(call)))).toEqual(new Set(byHand ? [] : writes));
    },
  );
});
