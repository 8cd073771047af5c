import { applicationIn } from "pulumi-minivoice/lifecycle";
import type { RecordedApplication, RecordedRoute } from "./pictures.ts";

const keys = { name: "name", answer_url: "answerUrl", webhook_url: "webhookUrl" } as const;

/**
 * An application as the last `up` left it, where a refresh may have taken somebody's change into the state since: then it is
 * what the program declared at that `up`. If nobody knows that any more, the field is lost, and never taken for in sync.
 */
export function asLeft(recorded: RecordedApplication): RecordedApplication {
  const { changedOutside = [], declaredThen } = recorded;
  const left = { ...recorded };
  for (const field of changedOutside) {
    const key = keys[field as keyof typeof keys];
    if (declaredThen === undefined) left.lost = [...(left.lost ?? []), field];
    else if (key === "name") left.name = declaredThen.name;
    else if (key !== undefined) left[key] = declaredThen[key];
  }
  return left;
}

/**
 * Where a number goes, as a program can have declared it. What else a state shows (a number without application, or one that
 * rejects and still carries one) a refresh has found, or waits for a person.
 */
export const routeAsLeft = ({ entry }: Pick<RecordedRoute, "entry">): string => applicationIn(entry) ?? "reject";
