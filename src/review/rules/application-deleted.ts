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
      const numbersBefore = [...routesOf(from)].flatMap(([number, target]) => (target === key ? [number] : []));
      // One run moves a number before it deletes; a person with a list of assignments comes later.
      const isStranded = (number: string) => byHand || !routes.has(number) || routes.get(number) === key;
      const stranded = numbersBefore.filter(isStranded);
      if (stranded.length === 0) return [];
      // No voice file routes to what it does not declare, but the program may.
      const isRouted = stranded.some((number) => routes.get(number) === key);
      const describe = () => {
        const numbers = numbersPhrase(stranded);
        if (byHand)
          return say`${name} is deleted, but ${numbers} must be assigned by hand: until then callers reach it`;
        return isRouted
          ? say`${name} is deleted with ${numbers} still routed to it: nothing says where those callers go`
          : say`${name} is deleted together with ${numbers}: nothing says where those callers go`;
      };
      return [{ subjects: [key], describe }];
    });
  },
};
