import * as pulumi from "@pulumi/pulumi";
import { VoiceEnvironment } from "../../../infra/library.ts";
import { flowsFor } from "../../../src/flows/index.ts";

/**
 * The Pulumi program of a bench: one environment with one number, and what it deploys as it deploys it. Only what the
 * environment variables name differs: where the worker finds its table, and how much of Lambda it gets.
 */
const { BENCH_NUMBER: number = "", BENCH_TABLE_URL: tables = "", BENCH_WORKER = "{}" } = process.env;

export const { answerUrl, webhookUrl } = new VoiceEnvironment("voice", {
  stack: pulumi.getStack(),
  voice: {
    applications: { support: { name: "Support IVR (bench)", flow: "receptionist" } },
    routes: { [number]: "support" },
  },
  flows: flowsFor("local", { local: true }),
  capabilities: "managed",
  worker: JSON.parse(BENCH_WORKER),
  transform: {
    worker: {
      function: (args) => {
        const variables = pulumi.output(args.environment).apply((environment) => environment?.variables ?? {});
        args.environment = {
          variables: variables.apply((own) => ({ ...own, AWS_ENDPOINT_URL_DYNAMODB: tables })),
        };
      },
    },
  },
});
