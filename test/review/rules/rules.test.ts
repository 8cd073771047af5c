import { describe, expect, test } from "@jest/globals";
import { flowsFor } from "../../../src/flows/index.ts";
import type { Review } from "../../../src/review/review.ts";
import { many, production, receptionist } from "../changes.ts";
import { edited, reading, reviewed, version } from "../versions.ts";

/** The rules that are not kept, each with its findings. */
const brokenBy = ({ blocks }: Review): Record<string, string[]> =>
  Object.fromEntries(
    blocks
      .flatMap(({ rules }) => rules)
      .filter(({ status }) => status === "broken")
      .map(({ number, findings }) => [number, findings.map(({ message }) => message.text)]),
  );

describe("R1, too many numbers", () => {
  const moving = (moved: number, total: number, rules?: string) =>
    reviewed(
      reading({ voice: many(() => "support", total) }),
      version(
        reading({ voice: many((index) => (index < moved ? "sales" : "support"), total) }),
        rules ? { rules } : {},
      ),
    );

  test("is kept at 30 % and broken above", () => {
    expect(brokenBy(moving(6, 20))).toEqual({});
    expect(brokenBy(moving(7, 20))).toEqual({ R1: ["7 of 20 numbers change or leave (35 %)"] });
    expect(brokenBy(moving(301, 1000))).toEqual({ R1: ["301 of 1,000 numbers change or leave (30.1 %)"] });
  });

  test("says nothing of fewer than ten numbers", () => {
    expect(brokenBy(moving(9, 9))).toEqual({});
    expect(brokenBy(moving(10, 10))).toHaveProperty("R1");
  });

  test("counts numbers that stay with an application which another flow answers", () => {
    const before = many(() => "support");
    const after = {
      ...before,
      applications: { ...before.applications, support: { name: "Support IVR (test)", flow: "salesMenu" } },
    };
    expect(brokenBy(reviewed(reading({ voice: before }), reading({ voice: after })))).toEqual({
      R1: ["20 of 20 numbers change or leave (100 %)"],
    });
  });

  test("does not count numbers that are new", () => {
    expect(
      brokenBy(reviewed(reading({ voice: many(() => "support", 10) }), reading({ voice: many(() => "support", 50) }))),
    ).toEqual({});
  });

  test("goes by the thresholds of the rule file", () => {
    expect(brokenBy(moving(7, 20, "thresholds:\n  too-many-numbers: { share: 50% }\n"))).toEqual({});
    expect(brokenBy(moving(2, 20, "thresholds:\n  too-many-numbers: { share: 5% }\n"))).toHaveProperty("R1");
  });

  test("is exempt up to the count that was approved, and not beyond", () => {
    const rules = "exemptions:\n  move: { rule: R1, stack: test, upTo: 8, reason: new carrier, expires: 2027-02-28 }\n";
    expect(moving(8, 20, rules)).toMatchObject({ outcome: "changes within the rules", exitCode: 2 });
    expect(brokenBy(moving(9, 20, rules))).toHaveProperty("R1");
  });
});

describe("R2, a number rejected", () => {
  const without = edited(['  "+15551240002": sales\n', ""]);

  test("is kept where the number keeps its route: in production, and where a person assigns", () => {
    const account = { production: true };
    expect(brokenBy(reviewed(reading(), reading({ voice: without })))).toHaveProperty("R2");
    expect(brokenBy(reviewed(reading(), reading({ voice: without, account })))).toEqual({});
    expect(brokenBy(reviewed(reading(), reading({ voice: without, capabilities: "documented" })))).toEqual({});
  });

  test("is kept for a number that was out of service already", () => {
    expect(brokenBy(reviewed(reading(), reading({ voice: edited(['  "+15551240009": reject\n', ""]) })))).toEqual({});
  });

  test("is exempt number by number: what is not named still breaks it", () => {
    const rules =
      'exemptions:\n  a: { rule: R2, stack: test, for: ["+15551240003..+15551240004"], reason: r, expires: 2027-02-28 }\n';
    const voice = edited(
      ['"+15551240001": support', '"+15551240001": reject'],
      ['"+15551240003": support', '"+15551240003": reject'],
    );
    const [block] = reviewed(reading(), version(reading({ voice }), { rules })).blocks;
    expect(block?.rules.find(({ number }) => number === "R2")).toMatchObject({
      status: "broken",
      findings: [{ subjects: ["+15551240001"] }, { subjects: ["+15551240003"], exemption: { name: "a" } }],
    });
  });
});

describe("R3, environments mixed", () => {
  const named = (name: string, answerUrl = "https://voice.example.com/answer") =>
    reviewed(
      reading(),
      version(
        reading({
          voice: edited(
            ["routes:", `  other: { name: ${JSON.stringify(name)}, answerUrl: "${answerUrl}" }\nroutes:`],
            ['"+15551240001": support', '"+15551240001": other'],
          ),
        }),
        { others: [production(), production({ stack: "emea", numbers: [], applicationNames: [] })] },
      ),
    );

  test.each([
    "Support (production)",
    "Support [PROD]",
    "production: Support",
    "Support - live",
    "staging/Support",
    "Support (emea)",
  ])("takes %s for another environment's", (name) => {
    expect(brokenBy(named(name))).toHaveProperty("R3");
  });

  test.each([
    "Support",
    "Support (test)",
    "Test centre",
    "Live music line",
    "Production planning",
    "Support (new)",
    "Support (testing)",
  ])("takes %s for this environment's own", (name) => {
    expect(brokenBy(named(name))).toEqual({});
  });

  test("looks at the host of an answer URL, too", () => {
    expect(brokenBy(named("Support", "https://voice-prod.example.com/answer"))).toHaveProperty("R3");
    expect(brokenBy(named("Support", "https://voice.example.com/prod"))).toEqual({});
  });

  test("does not repeat what was so before", () => {
    const voice = edited(["Support IVR (test)", "Support IVR (production)"]);
    expect(brokenBy(reviewed(reading({ voice }), reading({ voice })))).toEqual({});
    const more = edited(
      ["Support IVR (test)", "Support IVR (production)"],
      ["routes:", 'routes:\n  "+15551240077": support'],
    );
    expect(brokenBy(reviewed(reading({ voice }), reading({ voice: more })))).toEqual({
      R3: [
        "+15551240077: routed to Support IVR (production), which looks like an application of production, not of test",
      ],
    });
  });

  test("takes a stack that is marked as production for production, by whatever name", () => {
    const account = { production: true };
    const voice = edited(["Support IVR (test)", "Support IVR (live)"], ["Sales menu (test)", "Sales menu"]);
    expect(
      brokenBy(
        reviewed(reading({ account, voice: edited(["(test)", ""], ["(test)", ""]) }), reading({ account, voice })),
      ),
    ).toEqual({});
  });
});

describe("R4, a number held elsewhere", () => {
  const voice = edited(["routes:", 'routes:\n  "+15551250001": sales']);
  const besides = (rest: Parameters<typeof production>[0]) =>
    reviewed(
      reading({ voice }),
      version(reading({ voice, account: { customerId: "cust_1" } }), { others: [production(rest)] }),
    );
  const account = { local: false, production: false, baseUrl: "https://api.minivoice.eu" };

  test("is broken where the two may be one account", () => {
    expect(brokenBy(besides({ account }))).toEqual({ R4: ["+15551250001: also in the voice file of production"] });
    expect(brokenBy(besides({ account: { ...account, customerId: "cust_2" } }))).toEqual({});
  });

  test("is broken for a number of production, whatever the account", () => {
    expect(brokenBy(besides({ account: { ...account, production: true, customerId: "cust_2" } }))).toHaveProperty("R4");
  });

  test("says nothing of a stack on somebody's machine", () => {
    expect(brokenBy(besides({ account: { ...account, local: true } }))).toEqual({});
  });
});

describe("R5, an application deleted", () => {
  const gone: [string, string] = ["  sales: { name: Sales menu (test), flow: salesMenu }\n", ""];
  const moved = edited(gone, ['"+15551240002": sales', '"+15551240002": support']);

  test("is kept where the run that deletes it moves its numbers first", () => {
    expect(brokenBy(reviewed(reading(), reading({ voice: moved })))).toEqual({});
  });

  test("is broken where a person moves them later", () => {
    const documented = { capabilities: "documented" };
    expect(brokenBy(reviewed(reading(documented), reading({ ...documented, voice: moved })))).toEqual({
      R5: ["Sales menu (test) is deleted, but +15551240002 must be assigned by hand: until then callers reach it"],
    });
  });

  test("is kept where the application only has another key", () => {
    const voice = edited(["sales: { name", "desk: { name"], ['"+15551240002": sales', '"+15551240002": desk']);
    expect(brokenBy(reviewed(reading(), reading({ voice })))).toEqual({});
  });
});

describe("R6, https left", () => {
  const redirecting = (url: `http://${string}` | `https://${string}`) =>
    reading({
      flows: {
        ...flowsFor("test"),
        receptionist: {
          name: "receptionist",
          start: "hand",
          fallback: "hand",
          steps: { hand: { actions: [{ type: "redirect", url }], end: true } },
        },
      },
    });

  test("looks at where a flow hands callers over to", () => {
    expect(
      brokenBy(reviewed(redirecting("https://a.example.com/x?k=1"), redirecting("http://a.example.com/x?k=1"))),
    ).toEqual({
      R6: ["the flow receptionist hands callers over to http://a.example.com/x?…"],
    });
  });

  test("does not repeat what was so before", () => {
    expect(brokenBy(reviewed(redirecting("http://a.example.com/x"), redirecting("http://a.example.com/x")))).toEqual(
      {},
    );
  });
});

describe("R7, a transfer elsewhere", () => {
  const transferring = (destination: "+15550100201" | "+15551250001") =>
    reading({ flows: { ...flowsFor("test"), receptionist: receptionist({ destination }) } });
  const others = [production()];

  test("is broken by a destination and by a number of another environment", () => {
    expect(brokenBy(reviewed(reading(), version(transferring("+15550100201"), { others })))).toEqual({
      R7: ["the flow receptionist puts callers through to +15550100201, a destination of production"],
    });
    expect(brokenBy(reviewed(reading(), version(transferring("+15551250001"), { others })))).toEqual({
      R7: ["the flow receptionist puts callers through to +15551250001, a number of production"],
    });
  });

  test("does not repeat what was so before, and says nothing of a stack in the sandbox", () => {
    expect(brokenBy(reviewed(transferring("+15550100201"), version(transferring("+15550100201"), { others })))).toEqual(
      {},
    );
    const local = {
      ...transferring("+15550100201"),
      account: { local: true, production: false, baseUrl: "http://127.0.0.1" },
    };
    expect(brokenBy(reviewed(reading(), version(local, { others })))).toEqual({});
  });

  test("says nothing of a flow that no application uses", () => {
    const voice = edited(["flow: receptionist", "flow: appointmentReminder"]);
    const unused = { ...transferring("+15550100201"), voice: reading({ voice }).voice };
    expect(brokenBy(reviewed(reading({ voice }), version(unused, { others })))).toEqual({});
  });
});
