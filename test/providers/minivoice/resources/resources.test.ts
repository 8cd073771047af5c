import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { Application, DidRoute, DidRouteTable, WebhookSecret } from "pulumi-minivoice";

interface Sent {
  type: string;
  inputs: Record<string, unknown>;
}

/** What the program sent for each resource. */
let sent: Record<string, Sent>;

beforeEach(() => {
  sent = {};
  return pulumi.runtime.setMocks({
    newResource: ({ name, type, inputs }) => {
      sent[name] = { type, inputs };
      return { id: `${name}-id`, state: inputs };
    },
    call: ({ inputs }) => inputs,
  });
});
afterAll(() => pulumi.runtime.disconnectSync());

const resolved = <Value>(output: pulumi.Output<Value>) =>
  new Promise<Value>((resolve) => output.apply((value) => resolve(value)));

describe("a resource", () => {
  test("asks for its provider by module, and has the ids by which programs refer to it", async () => {
    const support = new Application("support", {
      name: "Support",
      webhookSecret: "hush",
      adopt: true,
      apiKey: "mv_key",
    });
    const main = new DidRoute("main", { number: "+15551230001", applicationId: support.applicationId });
    const table = new DidRouteTable("numbers", { routes: { "+15551230002": "reject" } });
    const secret = new WebhookSecret("secret");
    expect(await resolved(support.applicationId)).toBe("support-id");
    expect(await resolved(main.didId)).toBe("main-id");
    await Promise.all([table, secret].map(({ urn }) => resolved(urn)));
    for (const [name, handler] of Object.entries({
      support: "application",
      main: "didRoute",
      numbers: "didRouteTable",
      secret: "webhookSecret",
    })) {
      expect(sent[name]?.type).toMatch(
        /^pulumi-nodejs:dynamic\/minivoice:(Application|DidRoute|DidRouteTable|WebhookSecret)$/,
      );
      expect(sent[name]?.inputs).toMatchObject({
        resourceName: name,
        __provider: `exports.handler = () => require("pulumi-minivoice/provider").${handler}`,
      });
    }
  });

  test("sends what a program gives it as a secret marked as one", async () => {
    const support = new Application("support", {
      name: "Support",
      adopt: true,
      apiKey: "mv_key",
      webhookSecret: "hush",
    });
    expect(await pulumi.isSecret(support.apiKey)).toBe(true);
    expect(await pulumi.isSecret(support.name)).toBe(false);
    await resolved(new Application("bare", { name: pulumi.output("Bare") }).urn);
    expect(sent.bare?.inputs).not.toHaveProperty("apiKey");
    expect(sent.bare?.inputs).not.toHaveProperty("webhookSecret");
  });

  test("says where it stands among others, because two components may have a child of the same name", async () => {
    class Office extends pulumi.ComponentResource {
      constructor(name: string, options?: pulumi.ComponentResourceOptions) {
        super("test:index:Office", name, {}, options);
      }
    }
    const stack = new pulumi.ComponentResource(pulumi.runtime.rootPulumiStackTypeName, "stack");
    const floor = new Office("floor", { parent: new Office("building", { parent: stack }) });
    await resolved(new DidRoute("main", { number: "+15551230001", mode: "reject" }, { parent: floor }).urn);
    expect(sent.main?.inputs.resourceName).toBe("test:index:Office$test:index:Office::main");
  });

  test("passes on what is undefined, so that it can be refused", async () => {
    const number = pulumi.output("+15551230001");
    const route = new DidRoute("main", { number, applicationId: undefined } as never);
    const table = new DidRouteTable("none", { routes: undefined } as never);
    await Promise.all([route, table].map(({ urn }) => resolved(urn)));
    expect(sent.main?.inputs).toHaveProperty("applicationId", null);
    expect(sent.none?.inputs).not.toHaveProperty("routes");
  });
});
