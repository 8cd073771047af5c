import type { Sandbox } from "../../src/sandbox/index.ts";

/** What the account of the fixture held: its customer, and its numbers. */
export const firstVersionAccount = {
  customerId: "cust_first",
  numbers: ["+15551230001", "+15551230002", "+15551230003", "+15551230004"],
};

/**
 * The program whose state `test/fixtures/pulumi-minivoice/state-0.1.0.json` is, as version 0.1.0 wrote it and
 * `pulumi stack export` showed it. It uses every kind of resource and every option that the state keeps.
 *
 * Neither is ever made anew: they are what the users of that version have.
 */
export const firstVersionProgram = `
const secret = new WebhookSecret("support", { keeper: "2026-11", overlap: "48 hours" });
const support = new Application("support", {
  name: "Support", answerUrl: "https://example.com/support", webhookUrl: "https://example.com/hooks", webhookSecret: secret.value,
});
const legacy = new Application("legacy", {
  name: "Legacy", answerUrl: "https://example.com/legacy", adopt: true, apiKey: "mv_test_not_a_real_key",
});
new DidRouteTable("numbers", {
  routes: { "+15551230001": support.applicationId, "+15551230002": "reject" },
  takeover: ["app_b", "app_a"], maxChange: "30%", assignmentTimeout: "30 minutes",
});
new DidRoute("main", { number: "+15551230003", applicationId: legacy.applicationId, takeover: "app_a" });
new DidRoute("old", { number: "+15551230004", mode: "reject", onDelete: "leave", assignmentTimeout: "30 minutes" });
`;

/** The application that version 0.1.0 adopted. */
export const createLegacy = ({ control }: Sandbox) =>
  control.createApplication({ name: "Legacy", answerUrl: "https://example.com/legacy" });
