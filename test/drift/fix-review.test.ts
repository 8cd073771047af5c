import { expect, test } from "@jest/globals";
import type { VoiceFile } from "../../infra/voice-schema.ts";
import { compare } from "../../src/drift/compare.ts";
import { planFix } from "../../src/drift/fix.ts";
import { fixReview } from "../../src/drift/fix-review.ts";
import type { RecordedStack } from "../../src/drift/recorded.ts";
import { renderTerminal } from "../../src/review/render/terminal.ts";
import { declaredOf, idOf, liveOf, type Model, recordedOf } from "./pictures.ts";

const answer = (key: string) => `https://fn.example.com/answer/${key}`;
const deployed: Model = {
  applications: {
    support: { name: "Support", answerUrl: answer("support") },
    sales: { name: "Sales", answerUrl: answer("sales") },
    billing: { name: "Billing", answerUrl: "https://billing.example.com/answer" },
  },
  routes: {
    "+15551230001": "support",
    "+15551230002": "support",
    "+15551230003": "sales",
    "+15551230004": "reject",
    "+15551230005": "support",
  },
};
const voice: VoiceFile = {
  applications: {
    support: { name: "Support", flow: "receptionist" },
    sales: { name: "Sales", flow: "salesMenu" },
    billing: { name: "Billing", answerUrl: "https://billing.example.com/answer" },
  },
  routes: deployed.routes,
};

/** The review as a terminal shows it, of putting this account back. */
function reviewOf(account: Model): string {
  const { applications, routes } = recordedOf(deployed, deployed);
  const held = { urn: "urn", fromVoiceFile: true };
  const recorded: RecordedStack = {
    applications: new Map([...applications].map(([key, one]) => [key, { ...one, ...held }])),
    routes: new Map([...routes].map(([number, one]) => [number, { ...one, ...held }])),
    gone: new Map(),
    goneNumbers: new Set(),
    unfinished: new Map(),
    code: new Map(),
    pendingOperations: 0,
  };
  const sides = { declared: declaredOf(deployed), recorded, live: liveOf(account, Object.keys(deployed.routes)) };
  const report = compare(sides.declared, recorded, sides.live, { stack: "test", checkedAt: new Date(0) });
  const review = fixReview("test", planFix(report, sides), { ...sides, voice });
  return renderTerminal(review, { width: 160, colours: false });
}

test("callers are told about from what is live to what the code says, numbers of one change together", () => {
  const shown = reviewOf({
    applications: { ...deployed.applications, foreign: { name: "Other environment" } },
    routes: {
      "+15551230001": "foreign",
      "+15551230002": "foreign",
      "+15551230003": "reject, still carrying sales",
      "+15551230004": "support",
      "+15551230005": "unassigned",
    },
  });
  expect(shown).toContain("Putting back test: callers will notice: 5 numbers change");
  expect(shown).toMatch(
    /\+15551230001 … \+15551230002 +│ Other environment \(answered elsewhere\) +│ Support \(receptionist\)/,
  );
  expect(shown).toMatch(/\+15551230003 +│ out of service +│ Sales \(salesMenu\)/);
  expect(shown).toMatch(/\+15551230004 +│ Support \(receptionist\) +│ out of service/);
  expect(shown).toMatch(/\+15551230005 +│ out of service +│ Support \(receptionist\)/);
});

test("applications are told by who answers, without the host of an answer URL", () => {
  const { support, sales, billing } = deployed.applications as Record<
    "support" | "sales" | "billing",
    { name: string }
  >;
  const shown = reviewOf({
    ...deployed,
    applications: {
      support: { ...support, answerUrl: "https://somebody.example.com/answer" },
      billing: { ...billing, answerUrl: undefined },
      sales: { ...sales, answerUrl: answer("sales"), webhookUrl: "https://hooks.example.com/" },
    },
  });
  expect(shown).toContain("callers will notice: 2 applications change");
  expect(shown).toMatch(
    /Callers of Support are answered by the flow receptionist again, and no longer by host-[0-9a-f]{8}\/answer/,
  );
  expect(shown).toMatch(/Callers of Billing are answered by host-[0-9a-f]{8}\/answer again, and no longer by nobody/);
  expect(shown).toContain("1 object is put back unnoticed by callers");
  expect(shown).not.toContain("somebody.example.com");
});

test("what callers cannot notice is said to be so", () => {
  const shown = reviewOf({
    ...deployed,
    routes: { ...deployed.routes, "+15551230004": "reject, still carrying support" },
  });
  expect(shown).toContain("no caller will notice anything");
  expect(shown).toContain("1 object is put back unnoticed by callers");
});

test("an application that was deleted is made anew, and a stranger that nobody knows by name is told by its id", () => {
  const { support, billing } = deployed.applications as Record<"support" | "billing", { name: string }>;
  const shown = reviewOf({
    applications: { support, billing },
    routes: { ...deployed.routes, "+15551230001": "unheard" },
  });
  expect(shown).toContain("Sales is made anew, with an id and an API key of its own");
  expect(shown).toContain(`${idOf("unheard")} (answered elsewhere)`);
});
