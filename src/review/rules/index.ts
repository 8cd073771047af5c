import { applicationDeleted } from "./application-deleted.ts";
import { environmentsMixed } from "./environments-mixed.ts";
import { httpsLeft } from "./https-left.ts";
import { numberHeldElsewhere } from "./number-held-elsewhere.ts";
import { numberRejected } from "./number-rejected.ts";
import { realityDrifted } from "./reality-drifted.ts";
import type { Rule } from "./rule.ts";
import { tooManyNumbers } from "./too-many-numbers.ts";
import { transferElsewhere } from "./transfer-elsewhere.ts";

/** Every rule, by number. */
export const rules: readonly Rule[] = [
  tooManyNumbers,
  numberRejected,
  environmentsMixed,
  numberHeldElsewhere,
  applicationDeleted,
  httpsLeft,
  transferElsewhere,
  realityDrifted,
];
