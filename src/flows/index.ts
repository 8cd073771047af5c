import type { Flow } from "../call-flow/flow.ts";
import { appointmentReminder } from "./appointment-reminder.ts";
import { type Directory, directoryOf } from "./directory.ts";
import { receptionist } from "./receptionist.ts";
import { salesMenu } from "./sales-menu.ts";

/** This account's call flows by the names that `stacks/Voice.<stack>.yaml` uses. Each is a function of a directory. */
export const flows = { receptionist, salesMenu, appointmentReminder } satisfies Record<
  string,
  (directory: Directory) => Flow
>;

/** The name of a call flow. */
export type FlowName = keyof typeof flows;

/**
 * The flows of one stack, with the destinations of its directory, ready for `compileAnswers`.
 *
 * @throws Error for a stack without a directory; FlowError for a destination that is neither E.164 nor a SIP URI.
 * @example compileAnswers({ support: "receptionist" }, flowsFor("test"))
 */
export function flowsFor(stack: string, options: { local?: boolean } = {}): Record<FlowName, Flow> {
  const directory = directoryOf(stack, options);
  return {
    receptionist: receptionist(directory),
    salesMenu: salesMenu(directory),
    appointmentReminder: appointmentReminder(directory),
  };
}
