import { describe, expect, test } from "@jest/globals";
import { delay } from "../../src/sandbox/faults.ts";
import { application, forEachTest } from "./environment.ts";

const account = forEachTest();
const support = application("support");

describe("a number that leaves a table is never out of service on the way", () => {
  test.each([
    ["a route", `new DidRoute("second", { number: "+15551230002", applicationId: sales.applicationId });`],
    ["another table", `new DidRouteTable("more", { routes: { "+15551230002": sales.applicationId } });`],
  ])("to %s whose application is still to be created", async (_name, destination) => {
    const { project, sandbox } = account;
    await project.write(
      `${support}new DidRouteTable("numbers", { routes: {
        "+15551230001": support.applicationId, "+15551230002": support.applicationId } });`,
    );
    expect((await project.up()).failed).toBe(false);

    account.forgetRequests();
    sandbox.faults.arm(({ method }) => method === "POST", delay(1_500));
    await project.write(
      `${support}${application("sales")}
      new DidRouteTable("numbers", { routes: { "+15551230001": support.applicationId } });
      ${destination}`,
    );
    expect(await project.up()).toMatchObject({ failed: false, text: "" });
    expect(account.writes().filter((write) => write.startsWith("PATCH /v1/dids"))).toHaveLength(1);
    expect(await account.live("+15551230002")).toBe("webhook sales");
    expect((await project.up()).steps).toEqual([]);
    const { deployment } = JSON.parse(await project.pulumi(["stack", "export"]));
    expect(
      JSON.stringify(deployment.resources.map(({ inputs, outputs }: Record<string, object>) => ({ inputs, outputs }))),
    ).not.toContain("declaredElsewhere");
  });
});
