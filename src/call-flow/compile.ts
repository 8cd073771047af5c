import type { Action } from "./action-schema.ts";
import { flowDigest } from "./digest.ts";
import { type Flow, FlowError, type Menu, type Step } from "./flow.ts";
import { menusInLoopWith, stepOf } from "./graph.ts";
import { toWire } from "./wire.ts";

/** Everything that the answer function serves, as plain JSON: it looks up and joins, and decides nothing. */
export interface CompiledAnswers {
  /** Application key → flow name. */
  applications: Record<string, string>;
  flows: Record<string, CompiledFlow>;
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

/** How often each menu of the present loop was heard in this call. It travels in the redirect's path: no store. */
type Heard = ReadonlyMap<string, number>;

/** Far beyond any menu that a caller would bear; the answer function must stay small enough to start at once. */
const MAX_CHOICES = 500;
/** The key becomes a path segment as it stands. */
const APPLICATION_KEY = /^[A-Za-z0-9][A-Za-z0-9_.~-]{0,99}$/;

/**
 * Compiles the flows behind an environment's applications.
 *
 * @param applications - application key → flow name.
 * @throws Error that names the application whose key or flow is wrong; FlowError for a flow with too many states.
 * @example compileAnswers({ support: "receptionist" }, flowsFor("test"))
 */
export function compileAnswers(
  applications: Readonly<Record<string, string>>,
  flows: Readonly<Record<string, Flow>>,
): CompiledAnswers {
  const compiled: CompiledAnswers = { applications: {}, flows: {} };
  for (const key of Object.keys(applications).sort()) {
    const name = applications[key] as string;
    if (!APPLICATION_KEY.test(key))
      throw new Error(`application "${key}": a key is of letters, digits, - _ . ~ and begins with a letter or digit`);
    const flow = Object.hasOwn(flows, name) ? flows[name] : undefined;
    if (!flow)
      throw new Error(`application "${key}": unknown flow "${name}"; known flows: ${Object.keys(flows).join(", ")}`);
    compiled.applications[key] = name;
    if (!Object.hasOwn(compiled.flows, name)) compiled.flows[name] = compileFlow(flow);
  }
  return compiled;
}

function compileFlow(flow: Flow): CompiledFlow {
  const pages: CompiledFlow["pages"] = {};
  const choices: CompiledFlow["choices"] = {};

  function answerFrom(step: string, heard: Heard): Answer {
    const { steps, actions, asks } = run(flow, step, heard);
    const page = steps.join("+");
    pages[page] = actions.map((action) => JSON.stringify(toWire(action))).join(",");
    return asks === undefined ? { page } : { page, choice: choiceAt(asks, hear(flow, asks, heard)) };
  }

  function choiceAt(menuStep: string, heard: Heard): string {
    const name = [menuStep, ...heard.values()].join(".");
    if (Object.hasOwn(choices, name)) return name;
    if (Object.keys(choices).length >= MAX_CHOICES) throw new FlowError([tooManyStates(flow, menuStep)]);
    const { gather, menu } = stepOf(flow, menuStep) as Extract<Step, { menu: Menu }>;
    const choice = { keys: {} } as Choice;
    // Entered before it is complete, because its answers may lead back to it.
    choices[name] = choice;
    for (const [key, to] of Object.entries(menu.keys)) {
      const answer = answerFrom(to, heard);
      choice.keys[key] = answer;
      // The contract does not say whether the finish key is among the digits.
      if (gather.finish_on_key !== undefined) choice.keys[key + gather.finish_on_key] = answer;
    }
    choice.wrong = answerFrom(menu.wrong, heard);
    choice.silence = answerFrom(menu.silence, heard);
    return name;
  }

  const start = answerFrom(flow.start, new Map());
  const fallback = answerFrom(flow.fallback, new Map()).page;
  return { digest: flowDigest(flow), start, fallback, pages, choices };
}

/**
 * What is done from this step on, until the caller is asked or the call ends. Gotos and used-up menus are followed
 * here and now: a caller never waits for a request that can be spared.
 */
function run(flow: Flow, from: string, heard: Heard): { steps: string[]; actions: Action[]; asks?: string } {
  const { actions = [], gather, menu, goto } = stepOf(flow, from) as Step;
  if (menu?.exhausted !== undefined && (heard.get(from) ?? 0) >= (menu.attempts ?? 0))
    return run(flow, menu.exhausted, heard);
  if (gather) return { steps: [from], actions: [...actions, { type: "gather", ...gather }], asks: from };
  if (goto === undefined) return { steps: [from], actions: [...actions] };
  const rest = run(flow, goto, heard);
  return { ...rest, steps: [from, ...rest.steps], actions: [...actions, ...rest.actions] };
}

/** Counts this menu, and forgets the menus that the call cannot come back to. */
function hear(flow: Flow, menu: string, heard: Heard): Heard {
  const counts = menusInLoopWith(flow, menu).map((name) => [name, heard.get(name) ?? 0] as const);
  return new Map(counts.map(([name, count]) => [name, name === menu ? count + 1 : count]));
}

const tooManyStates = ({ name }: Flow, step: string) => ({
  place: `flow "${name}", step "${step}"`,
  rule: `the loops have more than ${MAX_CHOICES} states; lower attempts or part the menus`,
});
