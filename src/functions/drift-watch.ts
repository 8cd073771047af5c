import { Logger } from "@aws-lambda-powertools/logger";
import { configurationOf, createContext } from "pulumi-minivoice/lifecycle";
import { createDriftWatch } from "./drift-watch-handler.ts";
import { required } from "./environment.ts";
import { metricLine } from "./metrics.ts";
import { pictureObject } from "./picture-object.ts";
import { readParameter } from "./read-parameter.ts";

/**
 * Lambda entry point: compares on a schedule what the stack has deployed with the account, and writes nothing.
 *
 * Environment: `EXPECTED_PICTURE_BUCKET` and `EXPECTED_PICTURE_KEY`, an object of S3; `API_KEY_PARAMETER`, the name of an SSM
 * SecureString; `MINIVOICE_SETTINGS`, the stack's configuration of the namespace `minivoice` as JSON, without the key;
 * `VOICE_STACK`.
 */
const log = new Logger({ serviceName: "drift-watch" });
const stack = required("VOICE_STACK");
const settings: Record<string, string> = JSON.parse(required("MINIVOICE_SETTINGS"));
const readKey = readParameter(required("API_KEY_PARAMETER"));

export const handler = createDriftWatch({
  stack,
  readPicture: pictureObject(required("EXPECTED_PICTURE_BUCKET"), required("EXPECTED_PICTURE_KEY")),
  openAccount: async () => {
    const all: Record<string, string> = { ...settings, "minivoice:apiKey": await readKey() };
    const configuration = configurationOf((key) => all[key], {});
    return createContext({ ...configuration, readOnly: true, say: (message) => log.info(message) });
  },
  count: (counts) => void process.stdout.write(`${metricLine(stack, counts)}\n`),
  log,
});
