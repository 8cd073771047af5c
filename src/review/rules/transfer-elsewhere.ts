import { destinationsOf, sameDestination, usedFlows } from "../changes/flow-actions.ts";
import type { StackReading } from "../reading.ts";
import { say } from "../report/phrase.ts";
import type { Rule, Violation } from "./rule.ts";

/** A test call that rings a real desk, or live callers who end at a test desk. */
export const transferElsewhere: Rule = {
  number: "R7",
  name: "transfer-elsewhere",
  refuses: () => "a transfer to a destination, or to a number, of another environment",
  override: "exempt the destination",
  judge({ from, to, others }) {
    // In the sandbox nobody's telephone rings.
    if (to.account.local) return [];
    const before = new Set(transfers(from).map(({ destination }) => sameDestination(destination)));
    const added = transfers(to).filter(({ destination }) => !before.has(sameDestination(destination)));
    return added.flatMap(({ flow, destination }): Violation[] => {
      const holder = others.find(({ numbers }) => numbers.includes(destination));
      const user = others.find(({ destinations }) =>
        destinations.some((theirs) => sameDestination(theirs) === sameDestination(destination)),
      );
      if (!holder && !user) return [];
      const whose = holder ? say`a number of ${holder.stack}` : say`a destination of ${user?.stack}`;
      return [
        {
          subjects: [destination],
          describe: () => say`the flow ${flow} puts callers through to ${destination}, ${whose}`,
        },
      ];
    });
  },
};

const transfers = (reading: StackReading | undefined): { flow: string; destination: string }[] =>
  [...usedFlows(reading)].flatMap(([flow, steps]) =>
    destinationsOf(steps).map((destination) => ({ flow, destination })),
  );
