import { type Account, mayBeOneAccount } from "../../../infra/account.ts";
import { applicationsOf, routesOf } from "../reading.ts";
import { say } from "../report/phrase.ts";
import { numbersPhrase } from "../report/phrases.ts";
import type { JudgedChange, Rule, Violation } from "./rule.ts";

/** Two stacks on one number overwrite each other, and callers reach whichever was deployed last. */
export const numberHeldElsewhere: Rule = {
  number: "R4",
  name: "number-held-elsewhere",
  refuses: () =>
    "a number, or an application's name, that another stack of the account holds; a number of production in any other",
  override:
    "take it out of one of the two voice files, or set minivoice:customerId for both stacks if the accounts differ; an " +
    "exemption lets the review pass, voice:allow the deployment",
  judge: (change) => [...sharedNumbers(change), ...sharedNames(change)],
};

function sharedNumbers({ to, others }: JudgedChange): Violation[] {
  const routes = routesOf(to);
  return others
    .filter(({ account }) => mayBeOneAccount(to.account, account) || oneIsProduction(to.account, account))
    .flatMap(({ stack, numbers }): Violation[] => {
      const shared = numbers.filter((number) => routes.has(number));
      if (shared.length === 0) return [];
      const describe = (subjects: readonly string[]) =>
        say`${numbersPhrase(subjects)}: also in the voice file of ${stack}`;
      return [{ subjects: shared, describe }];
    });
}

function sharedNames({ to, others }: JudgedChange): Violation[] {
  return others
    .filter(({ account }) => mayBeOneAccount(to.account, account))
    .flatMap(({ stack, applicationNames }) => {
      const theirs = new Set(applicationNames);
      return [...applicationsOf(to).values()]
        .filter(({ name }) => theirs.has(name))
        .map(({ key, name }) => ({
          subjects: [key],
          describe: () => say`${name}: ${stack} has an application of this name, too`,
        }));
    });
}

/** A number that live callers dial is nothing to experiment with, whatever the account. */
const oneIsProduction = (one: Account, other: Account): boolean =>
  one.production !== other.production && !one.local && !other.local;
