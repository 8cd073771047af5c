import { bundle } from "../../../infra/bundle.ts";
import { compileAnswers } from "../../../src/call-flow/compile.ts";
import { flowsFor } from "../../../src/flows/index.ts";

/** One way to write the answer function of the flow `receptionist`. */
export interface Contender {
  name: string;
  /** What it stands for, in the report. */
  what: string;
  /** The text of its bundle, made with the settings that this project deploys with. */
  bundle(): Promise<string>;
}

const flows = flowsFor("local", { local: true });
const answers = compileAnswers({ support: "receptionist" }, flows);

/** What the others are held against. */
export const ours: Contender = {
  name: "this package",
  what: "the flow compiled to constants when it is deployed; the function looks up and joins",
  bundle: () => bundle({ entry: "src/functions/answer.ts", virtual: { "virtual:answers": answers } }),
};

/** The usual ways. */
export const others: readonly Contender[] = [
  {
    name: "zod and Powertools",
    what: "a handler with the flow by hand, the request through zod, logger and metrics of Powertools",
    bundle: () => bundle({ entry: "bench/runtime/answer/powertools.ts" }),
  },
  {
    name: "Hono",
    what: "the flow by hand as routes of Hono behind its adapter for Lambda",
    bundle: () => bundle({ entry: "bench/runtime/answer/hono.ts" }),
  },
];

/** Answers nothing. */
export const floor: Contender = {
  name: "empty handler",
  what: "the floor: what Node, the runtime and the protocol cost",
  bundle: () => bundle({ entry: "bench/runtime/answer/empty.ts" }),
};

/** All flows of the local stack in one function, as it is deployed there. */
export const deployedBundle = (): Promise<string> =>
  bundle({
    entry: "src/functions/answer.ts",
    virtual: {
      "virtual:answers": compileAnswers(
        { support: "receptionist", sales: "salesMenu", reminders: "appointmentReminder" },
        flows,
      ),
    },
  });
