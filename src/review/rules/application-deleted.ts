import { applicationsOf, routesOf } from "../reading.ts";
import { say } from "../report/phrase.ts";
import { numbersPhrase } from "../report/phrases.ts";
import type { Rule, Violation } from "./rule.ts";

/** Calls that still arrive at an application that nobody answers for any more. */
export const applicationDeleted: Rule = {
  number: "R5",
  name: "application-deleted",
  refuses: () => "an application is deleted while numbers route to it",
  override: "in two steps: move its numbers and deploy, then delete it; or exempt the application by its key",
  judge({ from, to }) {
    const after = applicationsOf(to);
    const names = new Set([...after.values()].map(({ name }) => name));
    const routes = routesOf(to);
    const byHand = to.capabilities !== "managed";
    return [...applicationsOf(from).values()].flatMap(({ key, name }): Violation[] => {
      // Under another key it is the same application still.
      if (after.has(key) || names.has(name)) return [];
      const numbers = [...routesOf(from)].flatMap(([number, target]) => (target === key ? [number] : []));
      // One run moves a number before it deletes; a person with a list of assignments comes later.
      const stranded = byHand ? numbers : numbers.filter((number) => !routes.has(number));
      if (stranded.length === 0) return [];
      const describe = () =>
        byHand
          ? say`${name} is deleted, but ${numbersPhrase(stranded)} must be assigned by hand: until then callers reach it`
          : say`${name} is deleted together with ${numbersPhrase(stranded)}: nothing says where those callers go`;
      return [{ subjects: [key], describe }];
    });
  },
};
