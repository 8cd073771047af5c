/** Writes stacks/drift-ignore.schema.json, for editors: `node src/drift/write-ignore-schema.ts`, after a change of the schema. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ignoreFileSchemaText } from "./ignore-schema.ts";

writeFileSync(join(import.meta.dirname, "..", "..", "stacks", "drift-ignore.schema.json"), ignoreFileSchemaText());
