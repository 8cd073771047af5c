import { appendFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Checkout, printed, tracesIn } from "./checkout.ts";

let checkout: Checkout;
beforeAll(() => {
  checkout = new Checkout();
  appendFileSync(checkout.path("src", "flows", "receptionist.ts"), '\nthrow new Error("the flow is half written");\n');
});
afterAll(() => checkout.remove());

const minivoice = (...args: string[]) => checkout.begin(args, ["src/cli/main.ts"]).ended;

describe("call flows that cannot be loaded", () => {
  test("keep nobody from the commands that need none", async () => {
    for (const args of [["--help"], ["status"]]) {
      const run = await minivoice(...args);
      expect(run.code).toBe(0);
      expect(printed(run)).not.toContain("half written");
    }
  });

  test("are what the others tell, with the way out and without a stack trace", async () => {
    const flow = await minivoice("flow");
    expect(flow).toMatchObject({ code: 1, stdout: "" });
    expect(flow.stderr).toBe("error: the call flows (src/flows) cannot be loaded: the flow is half written\n");
    const doctor = await minivoice("doctor");
    expect(doctor.code).toBe(2);
    expect(doctor.stdout).toMatch(/✗ +call flows +.*half written/);
    expect(tracesIn(printed(flow) + printed(doctor))).toEqual([]);
  });
});
