import type { Edit } from "./deployed-project.ts";

const voice = "stacks/Voice.test.yaml";
const settings = "stacks/Pulumi.test.yaml";
const program = "infra/index.ts";

const numbers = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `+1555124${first + index}`);

const routed = (from: number, count: number, target: string): string =>
  numbers(from, count)
    .map((number) => `  "${number}": ${target}\n`)
    .join("");

/** Where the deployed program has room for what it makes of applications. */
const applications = "    application: (args, options, key) => {\n";

/** An edit of the program: what it makes of one application. */
const madeOf = (key: string, statement: string): Edit => [
  program,
  applications,
  `${applications}      if (key === "${key}") ${statement};\n`,
];

/** The stack as it is deployed: each application for another kind of change, and enough numbers for a share of them to count. */
export const deployed: readonly Edit[] = [
  [program, "  revision: revisionOf", `  transform: {\n${applications}    },\n  },\n  revision: revisionOf`],
  [
    voice,
    "",
    `applications:
  support: { name: Support IVR (test), flow: receptionist }
  sales: { name: Sales menu (test), flow: salesMenu }
  reminders: { name: Appointment reminders (test), flow: appointmentReminder }
  billing:
    name: Billing (test)
    answerUrl: "https://billing.example.com/answer?v=1"
    webhookUrl: "https://billing.example.com/events"
  orders: { name: Orders (test), flow: salesMenu }
  hotline: { name: Hotline (test), flow: receptionist }
  front: { name: Front desk (test), flow: receptionist }
routes:
  "+15551240001": support
  "+15551240002": sales
  "+15551240003": reminders
  "+15551240004": billing
  "+15551240005": orders
  "+15551240006": hotline
  "+15551240007": front
  "+15551240009": reject
${routed(1000, 40, "support")}`,
  ],
  [
    settings,
    "capabilities: documented",
    `capabilities: managed
  voice:allow:
    live-stays-live: The account of this stack is a sandbox.
    stacks-apart: A number is on its way between two environments.
    production-numbers: A number is on its way between two environments.`,
  ],
];

/** Those of the account. */
export const accountNumbers = [...numbers(1000, 40), ...[1, 2, 3, 4, 5, 6, 7, 9].map((last) => `+1555124000${last}`)];

/** The edits of a working tree, each under the kind of change that it is: what a report of its own shows, too. */
export type Changes = Readonly<Record<string, readonly Edit[]>>;

/** All that a change can be without breaking a rule, in an account whose API can do everything. */
export const withinTheRules: Changes = {
  "a number that moves": [[voice, '"+15551240006": hotline', '"+15551240006": sales']],
  "a number that is new, and one that is new and rejected": [
    [voice, "routes:\n", 'routes:\n  "+15551240010": sales\n  "+15551240011": reject\n'],
  ],
  "a number back in service": [[voice, '"+15551240009": reject', '"+15551240009": support']],
  "many numbers that move": [
    [voice, routed(1000, 5, "support"), routed(1000, 5, "sales")],
    [voice, routed(1020, 1, "support"), routed(1020, 1, "sales")],
  ],
  // The call to it is recorded.
  "numbers with their calls": [[voice, '"+15551240002": sales', '"+15551240002": support']],
  "another greeting": [["src/flows/receptionist.ts", "Thanks for calling.", "Welcome to Example Telecom."]],
  "another key": [
    ["src/flows/appointment-reminder.ts", "To reschedule press 2.", "To reschedule press 3."],
    ["src/flows/appointment-reminder.ts", '"2": "reschedule"', '"3": "reschedule"'],
  ],
  "a transfer that goes elsewhere": [
    ["src/flows/directory.ts", '"sip:support@test.example.com"', '"sip:desk@test.example.com"'],
  ],
  "silence that ends differently": [
    [
      "src/flows/receptionist.ts",
      '[{ type: "say", text: "We did not hear a choice." }],\n        goto: "operator"',
      '[{ type: "say", text: "We did not hear a choice." }],\n        goto: "support"',
    ],
  ],
  "an application that another flow answers": [
    [voice, "Orders (test), flow: salesMenu", "Orders (test), flow: receptionist"],
  ],
  "an application that is renamed, one under another key, and one that is new": [
    [voice, "Appointment reminders (test)", "Reminders (test)"],
    [voice, "front: { name", "desk: { name"],
    [voice, '"+15551240007": front', '"+15551240007": desk'],
    [voice, "routes:\n", "  returns: { name: Returns (test), flow: salesMenu }\nroutes:\n"],
  ],
  "endpoints that change": [
    [voice, "answer?v=1", "answer?v=2"],
    [voice, "https://billing.example.com/events", "https://events.example.com/billing"],
  ],
  "settings and a secret": [
    [
      settings,
      "config:\n",
      'config:\n  crm:accessToken: hush\n  minivoice:customerId: cust_2\n  voice:webhookSecretVersion: "2027-02"\n',
    ],
  ],
};

/**
 * Every rule broken at once.
 *
 * @param expires - the last day of an exemption, a year ahead at most.
 */
export const everyRule = (expires: string): Changes => ({
  "R1 too many numbers": [[voice, routed(1000, 20, "support"), routed(1000, 20, "sales")]],
  "R2 a number rejected": [
    [voice, '"+15551240006": hotline', '"+15551240006": reject'],
    [voice, '  "+15551240007": front\n', ""],
  ],
  "R3 environments mixed": [
    [
      voice,
      "routes:\n",
      '  live: { name: Support IVR (production), answerUrl: "https://voice.example.com/answer" }\nroutes:\n  "+15551250001": sales\n',
    ],
    [voice, '"+15551240001": support', '"+15551240001": live'],
    ["stacks/Voice.production.yaml", '  "+15551250001": support\n', ""],
  ],
  "R4 a number held elsewhere": [
    [voice, "routes:\n", 'routes:\n  "+15551250002": sales\n'],
    [voice, "Sales menu (test)", "Sales menu"],
  ],
  "R5 an application deleted": [
    [voice, "  orders: { name: Orders (test), flow: salesMenu }\n", ""],
    [voice, '  "+15551240005": orders\n', ""],
  ],
  "R6 https left": [[voice, "https://billing.example.com/answer?v=1", "http://127.0.0.1:8080/answer"]],
  "R7 a transfer elsewhere": [
    ["src/flows/directory.ts", '"sip:support@test.example.com"', '"sip:support@example.com"'],
  ],
  // What is not as deployed is in the account.
  "R8 reality drifted": [],
  "an exemption": [
    [
      "stacks/review-rules.yaml",
      "exemptions: {}",
      `exemptions:
  closed-line:
    rule: R2
    stack: test
    for: "+15551240006"
    reason: The line was closed, and callers were told.
    expires: ${expires}
  old-one:
    rule: R7
    stack: test
    for: "+15550100177"
    reason: The desk moves.
    expires: ${expires}`,
    ],
  ],
});

/** Merged and not deployed: from now on the account's API writes nothing, and work by hand follows. */
export const merged: Changes = {
  "what others merged and nobody deployed, and what the engine plans": [
    [settings, "capabilities: managed", "capabilities: documented"],
    [voice, "Sales menu (test)", "Sales desk (test)"],
    ["src/flows/sales-menu.ts", "Welcome to sales.", "Welcome to sales, how can we help?"],
  ],
  "numbers that a person has to assign": [[voice, '"+15551240005": orders', '"+15551240005": support']],
};

/** What comes on top of that, some of it by the program alone. */
export const byHand: Changes = {
  "a number that leaves the code and keeps its route": [[voice, '  "+15551240007": front\n', ""]],
  "an application that is answered elsewhere": [
    [
      voice,
      "Hotline (test), flow: receptionist",
      "Hotline (test), answerUrl: https://voice.example.com/answer?token=hush",
    ],
  ],
  "numbers that the program routes otherwise, and a function that gets more memory": [
    [
      program,
      applications,
      `    routes: ({ routes, ...args }) => ({
      ...args,
      routes: { ...routes, "+15551240001": "reject", "+15551240002": routes["+15551240006"] },
    }),
    answer: { function: { memorySize: 1024 } },
${applications}`,
    ],
  ],
  "applications that the program alone changes": [
    madeOf("support", 'args.name = "Support IVR (production)"'),
    madeOf("orders", 'args.answerUrl = "http://127.0.0.1:8080/answer/orders"'),
    [program, "  ...settings,\n", "  ...settings,\n  voice: { ...settings.voice, applications: others },\n"],
    [program, "const voice =", "const { billing, ...others } = settings.voice.applications;\n\nconst voice ="],
    [
      program,
      "export const answerUrl",
      `const fax = new Application("fax", { name: "Fax (staging)", answerUrl: "https://fax.example.com/answer" });
new DidRoute("fax-line", { number: "+15551240012", applicationId: fax.applicationId });

export const answerUrl`,
    ],
    [
      program,
      'import "./plain-stack-traces.ts";\n',
      'import "./plain-stack-traces.ts";\nimport { Application, DidRoute } from "pulumi-minivoice";\n',
    ],
  ],
  "an application that the engine would replace": [
    madeOf("reminders", 'args.name = "Reminders (test)"'),
    madeOf("reminders", 'options.replaceOnChanges = ["name"]'),
  ],
};

/** A stack that the backend and the base do not have. */
export const born: Changes = {
  "a stack that is not born": [
    ["stacks/Pulumi.staging.yaml", "", "config:\n  aws:region: eu-central-1\n  minivoice:capabilities: documented\n"],
    [
      "stacks/Voice.staging.yaml",
      "",
      `applications:
  support: { name: Support IVR (staging), flow: receptionist }
routes:
  "+15551260001": support
  "+15551260009": reject
`,
    ],
    [
      "src/flows/directory.ts",
      "  production: {\n",
      `  staging: {
    operator: "+15550100301",
    support: "sip:support@staging.example.com",
    newBusiness: "+15550100302",
    billing: "+15550100303",
    delivery: "+15550100304",
    scheduling: "+15550100305",
  },
  production: {
`,
    ],
  ],
};
