import { e164Pattern } from "pulumi-minivoice/lifecycle";
import { z } from "zod";

/** The route target that takes a number out of service, and therefore no application key. */
export const REJECT = "reject";

/** The key becomes a segment of the answer URL and a part of resource names. */
export const applicationKeyPattern = /^(?!reject$)[A-Za-z][A-Za-z0-9_-]{0,39}$/;

/** Every YAML value arrives as the text that was typed; only this one is to mean more than text. */
const yesOrNo = z.preprocess(
  (typed) => (typed === "true" ? true : typed === "false" ? false : typed),
  z.boolean({ error: "must be true or false" }),
);

const application = (flows: readonly string[]) =>
  z
    .strictObject({
      name: z
        .string()
        .regex(/\S/, { error: "must not be empty: give the name that the account shows" })
        .describe("The application's name in the MiniVoice account, unique within the account."),
      flow: z.enum(flows).optional().describe("The call flow of src/flows that answers its calls."),
      answerUrl: z
        .string()
        .optional()
        .describe("Instead of a flow, for an application that is answered elsewhere: its answer_url, as live."),
      webhookUrl: z.string().optional().describe("Only beside answerUrl: its webhook_url, as live."),
      adopt: yesOrNo.optional().describe("true: take over the one existing application of this name."),
    })
    .meta({
      oneOf: [{ required: ["flow"] }, { required: ["answerUrl"] }],
      dependencies: { webhookUrl: ["answerUrl"] },
    });

/**
 * The shape of `stacks/Voice.<stack>.yaml`: applications, and which number routes to which of them.
 *
 * What no field can tell alone (a route to an unknown application, a name given twice) is `parseVoiceFile`'s to find.
 *
 * @param flows - the names of the call flows that an application may choose from.
 */
export const voiceSchema = (flows: readonly string[]) =>
  z.strictObject({
    applications: z.record(z.string(), application(flows)).meta({
      description: "The MiniVoice applications of this stack, by a key of your choice.",
      propertyNames: { pattern: applicationKeyPattern.source },
    }),
    routes: z.record(z.string(), z.string().min(1)).meta({
      description: `Where inbound calls to a number go: "<E.164 number>": an application key, or ${REJECT}.`,
      propertyNames: { pattern: e164Pattern.source },
    }),
  });

/** The contents of a voice file that was read without a problem. */
export type VoiceFile = z.output<ReturnType<typeof voiceSchema>>;

/** One application of a voice file. It has either `flow` or `answerUrl`. */
export type VoiceApplication = VoiceFile["applications"][string];

/**
 * The text of `stacks/voice.schema.json`, with which editors check and complete voice files.
 *
 * JSON Schema draft 7, because that is what YAML editors understand best.
 */
export function voiceSchemaText(flows: readonly string[]): string {
  const { $schema, ...schema } = z.toJSONSchema(voiceSchema([...flows].sort()), { target: "draft-7", io: "output" });
  return `${JSON.stringify({ $schema, title: "Voice.<stack>.yaml", ...schema }, null, 2)}\n`;
}
