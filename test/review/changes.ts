import type { Destination } from "../../src/call-flow/action-schema.ts";
import { defineFlow } from "../../src/call-flow/define-flow.ts";
import { type Directory, directoryOf } from "../../src/flows/directory.ts";
import { flowsFor } from "../../src/flows/index.ts";
import type { OtherStack, StackReading } from "../../src/review/reading.ts";
import type { Review } from "../../src/review/review.ts";
import { applicationStep, engineFor, engineSide, previewOf } from "./engine-previews.ts";
import { edited, local, reading, reviewed, version } from "./versions.ts";

/** The receptionist with other words, another key, or another way on. */
export const receptionist = (edits: {
  greeting?: string;
  key?: "1" | "2";
  destination?: Destination;
  onSilence?: "operator" | "support";
}) => {
  const directory: Directory = directoryOf("test");
  const { greeting = "Thanks for calling.", key = "1", onSilence = "operator" } = edits;
  return defineFlow("receptionist", {
    start: "welcome",
    fallback: "operator",
    steps: {
      welcome: { actions: [{ type: "say", text: greeting }], goto: "menu" },
      menu: {
        gather: { prompt: `Press ${key} for support`, num_digits: 1, timeout_seconds: 5 },
        menu: {
          keys: key === "1" ? { "1": "support" } : { "2": "support" },
          wrong: "sorry",
          silence: "unheard",
          attempts: 2,
          exhausted: "operator",
        },
      },
      sorry: { actions: [{ type: "say", text: "Sorry, that is not one of the choices." }], goto: "menu" },
      unheard: { actions: [{ type: "say", text: "We did not hear a choice." }], goto: onSilence },
      support: {
        actions: [
          { type: "say", text: "Connecting you to support." },
          { type: "transfer", destination: edits.destination ?? directory.support },
        ],
        end: true,
      },
      operator: {
        actions: [
          { type: "say", text: "One moment please, a colleague will take your call." },
          { type: "transfer", destination: directory.operator },
        ],
        end: true,
      },
    },
  });
};

const withReceptionist = (edits: Parameters<typeof receptionist>[0]): StackReading =>
  reading({ flows: { ...flowsFor("test"), receptionist: receptionist(edits) } });

/** Another stack of the same account, with numbers and destinations of its own. */
export const production = (rest: Partial<OtherStack> = {}): OtherStack => ({
  stack: "production",
  account: { local: false, production: true, baseUrl: "https://api.minivoice.eu" },
  numbers: ["+15551250001"],
  applicationNames: ["Support IVR"],
  destinations: ["+15550100201", "sip:support@example.com"],
  numbersBefore: ["+15551250001"],
  ...rest,
});

/** A table of many numbers, each behind one of two applications. */
export const many = (target: (index: number) => string, count = 20) => ({
  applications: {
    support: { name: "Support IVR (test)", flow: "receptionist" },
    sales: { name: "Sales menu (test)", flow: "salesMenu" },
  },
  routes: Object.fromEntries(Array.from({ length: count }, (_, index) => [`+1555${1_240_000 + index}`, target(index)])),
});

/** Every rule and every kind of change, each as small as it can be. */
export const changes: Record<string, () => Review> = {
  "nothing to say": () => reviewed(reading(), reading()),
  "a number that moves": () =>
    reviewed(reading(), reading({ voice: edited(['"+15551240001": support', '"+15551240001": sales']) })),
  "a number that is new, and one that is new and rejected": () =>
    reviewed(
      reading(),
      reading({
        voice: edited([
          '"+15551240002": sales',
          '"+15551240002": sales\n  "+15551240004": sales\n  "+15551240005": reject',
        ]),
      }),
    ),
  "a number back in service": () =>
    reviewed(reading(), reading({ voice: edited(['"+15551240009": reject', '"+15551240009": sales']) })),
  "a number that leaves the code and keeps its route": () =>
    reviewed(
      reading({ capabilities: "documented" }),
      reading({ capabilities: "documented", voice: edited(['  "+15551240002": sales\n', ""]) }),
    ),
  "numbers that a person has to assign": () =>
    reviewed(
      reading({ capabilities: "documented" }),
      reading({
        capabilities: "documented",
        voice: edited(
          ["routes:", "  billing: { name: Billing (test), flow: salesMenu }\nroutes:"],
          ['"+15551240001": support', '"+15551240001": billing'],
          ["sales: { name", "desk: { name"],
          ['"+15551240002": sales', '"+15551240002": desk'],
          ['"+15551240009": reject', '"+15551240004": support\n  "+15551240009": desk'],
        ),
      }),
    ),
  "many numbers that move": () =>
    reviewed(
      reading({ voice: many(() => "support", 5_000) }),
      reading({ voice: many((index) => (index < 1_200 || index === 4_321 ? "sales" : "support"), 5_000) }),
    ),
  "numbers with their calls": () =>
    reviewed(
      reading(),
      reading({
        voice: edited(
          ['"+15551240001": support', '"+15551240001": sales'],
          ['"+15551240009": reject', '"+15551240009": sales'],
        ),
      }),
      { calls: { "+15551240001": 3, "+15551240009": 1_204 } },
    ),
  "another greeting": () => reviewed(reading(), withReceptionist({ greeting: "Welcome to Example Telecom." })),
  "another key": () => reviewed(reading(), withReceptionist({ key: "2" })),
  "a transfer that goes elsewhere": () => reviewed(reading(), withReceptionist({ destination: "+15550100177" })),
  "silence that ends differently": () => reviewed(reading(), withReceptionist({ onSilence: "support" })),
  "an application that another flow answers": () =>
    reviewed(reading(), reading({ voice: edited(["flow: receptionist", "flow: appointmentReminder"]) })),
  "an application that is answered elsewhere": () =>
    reviewed(
      reading({ capabilities: "documented" }),
      reading({
        capabilities: "documented",
        voice: edited(["flow: receptionist", "answerUrl: https://voice.example.com/answer?token=hush"]),
      }),
    ),
  "an application that is renamed, one under another key, and one that is new": () =>
    reviewed(
      reading(),
      reading({
        voice: edited(
          ["Support IVR (test)", "Help desk (test)"],
          ["sales: { name", "desk: { name"],
          ['"+15551240002": sales', '"+15551240002": desk'],
          ["routes:", "  billing: { name: Billing (test), flow: salesMenu }\nroutes:"],
        ),
      }),
    ),
  "endpoints that change": () =>
    reviewed(
      reading({ voice: withBilling("https://billing.example.com/answer?v=1", "https://billing.example.com/events") }),
      reading({ voice: withBilling("https://billing.example.com/answer?v=2", "https://events.example.com/billing") }),
    ),
  "settings and a secret": () =>
    reviewed(
      reading({
        configuration: { "minivoice:customerId": { plain: "cust_1" }, "minivoice:apiKey": { secretDigest: "a" } },
      }),
      reading({
        configuration: {
          "minivoice:customerId": { plain: "cust_2" },
          "minivoice:apiKey": { secretDigest: "b" },
          "voice:webhookSecretVersion": { plain: "2027-02" },
        },
      }),
    ),
  "a stack that is not born": () => reviewed(version(undefined), reading()),
  "R1 too many numbers": () =>
    reviewed(
      reading({ voice: many(() => "support") }),
      reading({ voice: many((index) => (index < 7 ? "sales" : "support")) }),
    ),
  "R2 a number rejected": () =>
    reviewed(
      reading(),
      reading({
        voice: edited(['"+15551240001": support', '"+15551240001": reject'], ['  "+15551240002": sales\n', ""]),
      }),
    ),
  "R3 environments mixed": () =>
    reviewed(
      version(reading(), { others: [production()] }),
      version(
        reading({
          voice: edited(
            [
              "routes:",
              "  live: { name: Support IVR (production), answerUrl: https://voice.example.com/answer }\nroutes:",
            ],
            ['"+15551240001": support', '"+15551240001": live\n  "+15551250001": sales'],
          ),
        }),
        { others: [production({ numbers: [] })] },
      ),
    ),
  "R4 a number held elsewhere": () =>
    reviewed(
      version(reading()),
      version(
        reading({
          voice: edited(
            ['"+15551240002": sales', '"+15551240002": sales\n  "+15551250001": sales'],
            ["Sales menu (test)", "Support IVR"],
          ),
        }),
        { others: [production()] },
      ),
    ),
  "R5 an application deleted": () =>
    reviewed(
      reading(),
      reading({
        voice: edited(
          ["  sales: { name: Sales menu (test), flow: salesMenu }\n", ""],
          ['  "+15551240002": sales\n', ""],
        ),
      }),
    ),
  "R6 https left": () =>
    reviewed(
      reading({ voice: withBilling("https://billing.example.com/answer", "https://billing.example.com/events") }),
      reading({ voice: withBilling("http://127.0.0.1:8080/answer", "https://billing.example.com/events") }),
    ),
  "R7 a transfer elsewhere": () =>
    reviewed(
      version(reading()),
      version(withReceptionist({ destination: "sip:SUPPORT@example.com" }), { others: [production()] }),
    ),
  "R8 reality drifted": () =>
    reviewed(local(), local(['"+15551230001": support', '"+15551230001": sales']), {
      stack: "local",
      engine: {
        ...engineFor(local(['"+15551230001": support', '"+15551230001": sales'])),
        reality: {
          differences: [
            {
              kind: "number",
              subject: "+15551230001",
              name: "+15551230001",
              fields: [{ field: "route", deployed: "Support IVR (local)", live: "Evil | `x`" }],
            },
            { kind: "application", subject: "sales", name: "Sales menu (local)", fields: [] },
            {
              kind: "application",
              subject: "reminders",
              name: "Appointment reminders (local)",
              fields: [{ field: "name", deployed: "Appointment reminders (local)", live: "Reminders" }],
            },
          ],
          newNumbers: [
            { number: "+15551230005", live: "Hotline", refused: "held by another application" },
            { number: "+15551230006", refused: "not in the account" },
            { number: "+15551230007", refused: "another customer's" },
            { number: "+15551230008", live: "unassigned" },
          ],
          unread: ["Billing: the API key shows its own application alone"],
        },
      },
    }),
  "what others merged and nobody deployed, and what the engine plans": () =>
    reviewed(
      local(
        ["Appointment reminders (local)", "Reminders (local)"],
        ["routes:", '  billing: { name: Billing (local), flow: salesMenu }\nroutes:\n  "+15551230004": billing'],
      ),
      local(
        ["Appointment reminders (local)", "Reminders (local)"],
        ["routes:", '  billing: { name: Billing (local), flow: salesMenu }\nroutes:\n  "+15551230004": billing'],
        ['"+15551230001": support', '"+15551230001": sales'],
      ),
      { stack: "local", engine: engineSide("many-changes"), calls: { "+15551230001": 12 } },
    ),
  "an application that the engine would replace": () =>
    reviewed(
      reading({ ...local(), capabilities: "documented" }, "local"),
      reading({ ...local(), capabilities: "documented" }, "local"),
      { stack: "local", engine: engineSide("replaced-application") },
    ),
  "applications that the program alone changes": () => {
    const support = { name: "Support IVR (test)", answerUrl: "https://fn.example.com/answer/support" };
    const sales = { name: "Sales menu (test)", answerUrl: "https://fn.example.com/answer/sales" };
    const deployed = {
      applications: new Map([
        ["support", { id: "app_1", flow: "receptionist", ...support }],
        ["sales", { id: "app_2", flow: "salesMenu", ...sales }],
      ]),
      routes: new Map(Object.entries(reading().voice.routes).map(([number, to]) => [number, ids[to] ?? to])),
      flows: {},
    };
    const steps = [
      applicationStep(
        "support",
        { id: "app_1", ...support },
        { name: "Help desk (prod)", answerUrl: "http://10.0.0.7/a" },
      ),
      applicationStep("sales", { id: "app_2", ...sales }, undefined),
    ];
    return reviewed(reading(), reading(), {
      engine: { preview: previewOf({ deployed, steps }), notes: [] },
      program: ["infra/index.ts"],
    });
  },
  "an exemption": () =>
    reviewed(
      reading(),
      version(
        reading({
          voice: edited(
            ['"+15551240001": support', '"+15551240001": reject'],
            ['"+15551240003": support', '"+15551240003": reject'],
          ),
        }),
        {
          rules: `exemptions:
  closed-line:
    rule: R2
    stack: test
    for: "+15551240001"
    reason: The line was closed, and callers were told.
    expires: 2027-03-31
  old-one:
    rule: R7
    stack: test
    for: "+15550100177"
    reason: The desk moves.
    expires: 2027-02-28
`,
        },
      ),
    ),
};

const ids: Readonly<Record<string, string>> = { support: "app_1", sales: "app_2" };

function withBilling(answerUrl: string, webhookUrl: string): string {
  return edited(
    ["routes:", `  billing: { name: Billing (test), answerUrl: "${answerUrl}", webhookUrl: "${webhookUrl}" }\nroutes:`],
    ['"+15551240001": support', '"+15551240001": billing'],
  );
}
