import { applicationsOf, routesOf } from "../reading.ts";
import { say } from "../report/phrase.ts";
import { namesPhrase, numbersPhrase } from "../report/phrases.ts";
import { environmentIn } from "./environment-words.ts";
import type { JudgedChange, Rule, Violation } from "./rule.ts";

/** An experiment reaches live callers, or a live application answers where people experiment. */
export const environmentsMixed: Rule = {
  number: "R3",
  name: "environments-mixed",
  refuses: () => "an application of another environment on a number of this one, or the reverse",
  override: "exempt the application by its key, or the number",
  judge: (change) => [...foreignApplications(change), ...foreignNumbers(change)],
};

/** Numbers that newly route to an application whose name or address tells of another environment. */
function foreignApplications({ from, to, others }: JudgedChange): Violation[] {
  const [before, routesBefore] = [applicationsOf(from), routesOf(from)];
  return [...applicationsOf(to).values()].flatMap((application): Violation[] => {
    const other = environmentIn(application, to, others);
    if (!other) return [];
    const was = before.get(application.key);
    const stood = was && environmentIn(was, to, others) === other;
    const numbers = [...routesOf(to)]
      .filter(([number, key]) => key === application.key && !(stood && routesBefore.get(number) === key))
      .map(([number]) => number);
    if (numbers.length === 0) return [];
    return [
      {
        subjects: [application.key],
        describe: () =>
          say`${numbersPhrase(numbers)}: routed to ${application.name}, which looks like an application of ${other}, not of ${to.stack}`,
      },
    ];
  });
}

/** Numbers that another stack held, and that this stack newly routes. A stack on somebody's machine holds none. */
function foreignNumbers({ from, to, others }: JudgedChange): Violation[] {
  if (to.account.local) return [];
  const [before, after] = [routesOf(from), routesOf(to)];
  return others
    .filter(({ account }) => !account.local)
    .flatMap(({ stack, numbersBefore }): Violation[] => {
      const taken = numbersBefore.filter((number) => after.has(number) && !before.has(number));
      if (taken.length === 0) return [];
      return [
        {
          subjects: taken,
          describe: (subjects) =>
            say`${numbersPhrase(subjects)}: a number of ${stack} so far would be routed to ${namesPhrase(namesBehind(subjects, to))} of ${to.stack}`,
        },
      ];
    });
}

function namesBehind(numbers: readonly string[], to: JudgedChange["to"]): string[] {
  const [routes, applications] = [routesOf(to), applicationsOf(to)];
  return [...new Set(numbers.map((number) => applications.get(routes.get(number) ?? "")?.name ?? "nobody"))];
}
