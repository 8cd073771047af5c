/** Writes stacks/review-rules.schema.json, for editors: `node src/review/rules/write-rule-schema.ts`, after a change of the schema. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ruleFileSchemaText } from "./rule-file-schema.ts";

writeFileSync(join(import.meta.dirname, "..", "..", "..", "stacks", "review-rules.schema.json"), ruleFileSchemaText());
