import { REJECT } from "../../../infra/voice-schema.ts";
import { ours, say } from "../report/phrase.ts";
import { numbersPhrase, targetPhrase } from "../report/phrases.ts";
import type { Rule } from "./rule.ts";

/** Callers of a number that was in service would reach nobody. */
export const numberRejected: Rule = {
  number: "R2",
  name: "number-rejected",
  refuses: () => "a number in service would be taken out of service",
  override: "exempt the numbers, as single ones or as ranges",
  judge({ numbers }) {
    return numbers.groups.flatMap(({ kind, from, leaving, numbers: changed }) => {
      const darkens = kind === "rejected" || leaving === "rejected";
      if (!darkens || from === undefined || from === REJECT) return [];
      const how = ours(kind === "rejected" ? "" : ", because it is no longer in the voice file");
      return [
        {
          subjects: changed.map(({ number }) => number),
          describe: (subjects) =>
            say`${numbersPhrase(subjects)} of ${targetPhrase(from)}: callers would reach nobody${how}`,
        },
      ];
    });
  },
};
