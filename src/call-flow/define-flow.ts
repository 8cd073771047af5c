import { type Flow, FlowError, type Step } from "./flow.ts";
import { problemsOf } from "./validate.ts";

/**
 * Checks a call flow and returns it. Step names are typed, so an editor underlines a misspelt one.
 *
 * @throws FlowError that lists every problem: actions against the contract's limits, unknown or unreachable steps,
 * steps from which no end can be reached, loops without a bound.
 * @example
 * defineFlow("helpdesk", {
 *   start: "welcome",
 *   fallback: "goodbye",
 *   steps: {
 *     welcome: {
 *       gather: { prompt: "Press 1 for support", num_digits: 1, timeout_seconds: 5 },
 *       menu: { keys: { "1": "support" }, wrong: "welcome", silence: "goodbye", attempts: 2, exhausted: "goodbye" },
 *     },
 *     support: { actions: [{ type: "transfer", destination: "+15550100101" }], end: true },
 *     goodbye: { actions: [{ type: "say", text: "Goodbye." }], end: true },
 *   },
 * });
 */
export function defineFlow<const Name extends string>(
  name: string,
  definition: {
    readonly start: NoInfer<Name>;
    readonly fallback: NoInfer<Name>;
    readonly steps: Readonly<Record<Name, Step<NoInfer<Name>>>>;
  },
): Flow {
  const flow: Flow = { name, ...definition };
  const problems = problemsOf(flow);
  if (problems.length > 0) throw new FlowError(problems);
  return flow;
}
