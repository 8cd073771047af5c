import type { Action } from "./action-schema.ts";
import { flowDigest } from "./digest.ts";
import { type Flow, FlowError, type Menu, type Step } from "./flow.ts";
import { stepOf } from "./graph.ts";
import { FlowStates, type Heard, MAX_REDIRECTS, type State } from "./states.ts";
import { problemsOf } from "./validate.ts";
import { type ActionSyntax, actionSyntaxes, toWire } from "./wire.ts";

/** Everything that the answer function serves, as plain JSON: it looks up and joins, and decides nothing. */
export interface CompiledAnswers {
  /** Application key → flow name. */
  applications: Record<string, string>;
  flows: Record<string, CompiledFlow>;
  /** The page for a request about which no flow is known. */
  apology: string;
  /** JSON text before and after the URL of a redirect. */
  redirect: [string, string];
}

/** One flow, with every answer that it can give. */
export interface CompiledFlow {
  digest: string;
  /** The answer that a call begins with. */
  start: Answer;
  /** The page for a request that is not understood. Nothing follows it, so it needs no address of ours. */
  fallback: string;
  /** Page name, which tells the steps that are run (`welcome+menu`) → their actions as JSON text, without brackets. */
  pages: Record<string, string>;
  /** The last segment of a redirect's path, `<menu>.<times heard>` → the answer to whatever the caller typed there. */
  choices: Record<string, Choice>;
}

/** A page and, where it asks the caller, the choice that the redirect behind it leads to. */
export interface Answer {
  page: string;
  choice?: string;
}

/** Where each answer of a caller leads. */
export interface Choice {
  keys: Record<string, Answer>;
  wrong: Answer;
  silence: Answer;
}

/** Said where no flow is known that could say more. */
const APOLOGY = "We are sorry, your call cannot be answered at the moment. Please try again later. Goodbye.";

/** The key becomes a path segment as it stands. */
const APPLICATION_KEY = /^[A-Za-z0-9][A-Za-z0-9_.~-]{0,99}$/;

/**
 * Compiles the flows behind an environment's applications.
 *
 * @param applications - application key → flow name.
 * @param options.syntax - how actions are written; `mixed`, as the contract advises, unless told otherwise.
 * @throws Error that names the application whose key or flow is wrong; FlowError for a flow that is not valid.
 * @example compileAnswers({ support: "receptionist" }, flowsFor("test"))
 */
export function compileAnswers(
  applications: Readonly<Record<string, string>>,
  flows: Readonly<Record<string, Flow>>,
  { syntax = "mixed" }: { syntax?: ActionSyntax } = {},
): CompiledAnswers {
  if (!actionSyntaxes.includes(syntax))
    throw new Error(`action syntax "${syntax}": must be one of ${actionSyntaxes.join(", ")}`);
  const write = (action: Action) => JSON.stringify(toWire(action, syntax));
  const compiled: CompiledAnswers = {
    applications: {},
    flows: {},
    apology: write({ type: "say", text: APOLOGY }),
    // As many as the contract allows: what holds without a limit is not documented, and a caller may need them all.
    redirect: around(write({ type: "redirect", url: URL_PLACE, max_redirects: MAX_REDIRECTS })),
  };
  for (const key of Object.keys(applications).sort()) {
    const name = applications[key] as string;
    if (!APPLICATION_KEY.test(key))
      throw new Error(`application "${key}": a key is of letters, digits, - _ . ~ and begins with a letter or digit`);
    const flow = Object.hasOwn(flows, name) ? flows[name] : undefined;
    if (!flow)
      throw new Error(`application "${key}": unknown flow "${name}"; known flows: ${Object.keys(flows).join(", ")}`);
    compiled.applications[key] = name;
    if (!Object.hasOwn(compiled.flows, name)) compiled.flows[name] = compileFlow(flow, write);
  }
  return compiled;
}

const URL_PLACE = "https://answers.invalid";

function around(redirect: string): [string, string] {
  const [before = "", after = ""] = redirect.split(URL_PLACE);
  return [before, after];
}

function compileFlow(flow: Flow, write: (action: Action) => string): CompiledFlow {
  // A flow is plain data, so nobody has to come by `defineFlow`.
  const problems = problemsOf(flow);
  if (problems.length > 0) throw new FlowError(problems);
  const states = new FlowStates(flow);
  const pages: CompiledFlow["pages"] = {};

  function answerFrom(step: string, heard?: Heard): Answer {
    const { steps, actions, asks } = states.turnFrom(step, heard);
    const page = steps.join("+");
    pages[page] = actions.map(write).join(",");
    return asks === undefined ? { page } : { page, choice: asks.name };
  }

  function choiceAt({ menu: name, heard }: State): Choice {
    const { gather, menu } = stepOf(flow, name) as Extract<Step, { menu: Menu }>;
    const keys: Choice["keys"] = {};
    for (const [key, to] of Object.entries(menu.keys)) {
      const answer = answerFrom(to, heard);
      keys[key] = answer;
      // The contract does not say whether the finish key is among the digits.
      if (gather.finish_on_key !== undefined) keys[key + gather.finish_on_key] = answer;
    }
    return { keys, wrong: answerFrom(menu.wrong, heard), silence: answerFrom(menu.silence, heard) };
  }

  const start = answerFrom(flow.start);
  const fallback = answerFrom(flow.fallback).page;
  const choices = Object.fromEntries(states.all().map((state) => [state.name, choiceAt(state)]));
  return { digest: flowDigest(flow), start, fallback, pages, choices };
}
