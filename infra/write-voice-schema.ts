/** Writes stacks/voice.schema.json, for editors: `node infra/write-voice-schema.ts`, after a change of the flows or of the schema. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { flows } from "../src/flows/index.ts";
import { voiceSchemaText } from "./voice-schema.ts";

writeFileSync(join(import.meta.dirname, "..", "stacks", "voice.schema.json"), voiceSchemaText(Object.keys(flows)));
