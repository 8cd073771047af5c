import { expect, test } from "@jest/globals";
import { application } from "pulumi-minivoice/provider";
import { answer, refuse, scriptedServer } from "./api/scripted-server.ts";

const secret = "not-a-real-secret";

test("what is not settled is an update, though no field differs that the engine could see", async () => {
  const settled = { resourceName: "support", applicationId: "app_1", name: "Support" };
  const declared = { resourceName: "support", name: "Support" };
  const diff = (outputs: object, inputs: object) => application.diff?.("app_1", outputs, inputs);
  expect(await diff(settled, declared)).toEqual({ changes: false });
  expect(await diff({ ...settled, unsettled: ["name"] }, declared)).toMatchObject({ changes: true, replaces: [] });
  expect(await diff(settled, { ...declared, name: "Sales" })).not.toHaveProperty("changes");
});

test("an argument that quotes a secret is refused without it", async () => {
  const args = { resourceName: "quoting", name: "Quoting", answerUrl: `nowhere/${secret}`, webhookSecret: secret };
  const { failures } = (await application.check?.({}, args)) ?? {};
  expect(failures).toEqual([{ property: "", reason: expect.stringContaining('answerUrl "nowhere/[redacted]"') }]);
});

test("what the API says of a secret is passed on without it", async () => {
  delete process.env.MINIVOICE_API_KEY;
  delete process.env.MINIVOICE_BASE_URL;
  const server = await scriptedServer(
    answer(200, { data: [] }),
    refuse(422, "invalid_request", `webhook_secret ${secret} is too short`),
  );
  const values: Record<string, string> = {
    "minivoice:apiKey": "mv_test_not_a_real_key",
    "minivoice:baseUrl": server.url,
  };
  await application.configure?.({ config: { get: (key: string) => values[key] } as never });
  const creation = application.create({ resourceName: "short", name: "Short", webhookSecret: secret });
  await expect(creation).rejects.toThrow("with 422: webhook_secret [redacted] is too short");
  await server.close();
});
