import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { compileAnswers } from "../../src/call-flow/compile.ts";
import type { Flow } from "../../src/call-flow/flow.ts";
import type { Press } from "../../src/call-flow/states.ts";
import { type CallerPath, walkFlow } from "../../src/call-flow/walk.ts";
import { flowsFor } from "../../src/flows/index.ts";
import { createAnswerHandler } from "../../src/functions/answer-handler.ts";
import type { Assumptions } from "../../src/sandbox/assumptions.ts";
import type { CallRecord } from "../../src/sandbox/control-client.ts";
import type { Sandbox } from "../../src/sandbox/index.ts";
import { anyFlow } from "../call-flow/any-flow.ts";
import { functionUrlEvent } from "../functions/function-url-event.ts";
import { ask, customer, sandboxWith } from "../sandbox/account.ts";

const NUMBER = "+15551230001";

/** A number of the sandbox whose calls are answered by the answer function, over HTTP. */
async function answering(sandbox: Sandbox): Promise<(flow: Flow, syntax?: "typed" | "keyed") => void> {
  let handler = createAnswerHandler(compileAnswers({}, {}), { log: () => undefined });
  const { url } = await customer(async ({ method, url: { pathname, search, host }, body }) => {
    const result = await handler(functionUrlEvent({ method, path: pathname + search, domainName: host, body }));
    return (typeof result === "string" ? result : result.body) ?? "";
  });
  const { body } = await ask(sandbox, "POST", "/v1/applications", {
    name: "Flow",
    answer_url: `${url}/answer/support`,
  });
  await sandbox.control.assign(NUMBER, body.id);
  return (flow, syntax) => {
    const answers = compileAnswers({ support: "flow" }, { flow }, syntax && { syntax });
    handler = createAnswerHandler(answers, { log: () => undefined });
  };
}

/** The keys that somebody presses for it: a key that means nothing, or nothing at all; too few are finished. */
function keysFor(flow: Flow, { presses, turns }: CallerPath): string[] {
  return presses.map((press: Press, index) => {
    const { gather, menu } = flow.steps[turns[index]?.asks ?? ""] ?? {};
    if (press === "silence" || !gather || !menu) return "";
    const keys = Object.keys(menu.keys);
    const typed = press === "wrong" ? [..."987654"].find((key) => !keys.includes(key)) : press;
    return `${typed}${(gather.max_digits ?? 1) > (typed?.length ?? 0) ? (gather.finish_on_key ?? "") : ""}`;
  });
}

/** What the caller heard, and where the call ended, as the sandbox lived through it. */
const lived = ({ transcript, wire }: CallRecord) => ({
  says: transcript.flatMap((entry) =>
    entry.kind === "said" ? [entry.text] : entry.kind === "asked" && entry.prompt !== undefined ? [entry.prompt] : [],
  ),
  to: transcript.flatMap((entry) =>
    entry.kind === "connected" ? [entry.destination] : entry.kind === "joined" ? [entry.room] : [],
  ),
  status: wire.status,
});

/** The same, as the walk through the flow foretells it. */
const foretold = ({ turns }: CallerPath) => {
  const actions = turns.flatMap((turn) => turn.actions);
  return {
    says: turns.flatMap(({ says }) => says),
    to: actions.flatMap((action) =>
      action.type === "transfer" || action.type === "bridge"
        ? [action.destination]
        : action.type === "conference"
          ? [action.room]
          : [],
    ),
    status: "completed",
  };
};

describe("a call through the sandbox and the answer function", () => {
  test.each<[string, Partial<Assumptions>]>([
    ["as the contract is read first", {}],
    [
      "with POST and forms, digits under another name, and few redirects where nothing else is said",
      {
        ...{ answerMethod: "POST", digitsIn: "form", digitsName: "Digits", maxRedirectsDefault: "5" },
      },
    ],
    [
      "with empty digits for silence, kept until the next question, and a finish key that is sent",
      {
        ...{ silentDigits: "empty", digitsKept: "until-next-gather", digitsName: "dtmf", finishKeyIncluded: "yes" },
      },
    ],
  ])("takes each path of our flows as it is foretold, %s", async (_reading, assumptions) => {
    const sandbox = await sandboxWith({ assumptions });
    const answer = await answering(sandbox);
    for (const flow of Object.values(flowsFor("test"))) {
      answer(flow);
      // The longest, and some of every kind: the rest differs in nothing that the sandbox does.
      const paths = walkFlow(flow).paths.sort((one, other) => other.presses.length - one.presses.length);
      for (const path of paths.filter((_, index) => index % Math.ceil(paths.length / 20) === 0)) {
        const call = await sandbox.control.placeCall({ to: NUMBER, press: keysFor(flow, path) });
        expect({ presses: path.presses, ...lived(call) }).toEqual({ presses: path.presses, ...foretold(path) });
      }
    }
  });

  test("takes any path of any flow as it is foretold, in every syntax", async () => {
    const sandbox = await sandboxWith();
    const answer = await answering(sandbox);
    await fc.assert(
      fc.asyncProperty(anyFlow, fc.nat(), fc.constantFrom(undefined, "typed", "keyed"), async (flow, nth, syntax) => {
        // Nobody answers for the other system here.
        const paths = walkFlow(flow, { limit: 500 }).paths.filter(({ end }) => end.how !== "redirect");
        fc.pre(paths.length > 0);
        const path = paths[nth % paths.length] as CallerPath;
        answer(flow, syntax);
        const call = await sandbox.control.placeCall({ to: NUMBER, press: keysFor(flow, path) });
        expect(lived(call)).toEqual(foretold(path));
      }),
      { numRuns: 100 },
    );
  });
});
