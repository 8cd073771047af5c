import { checkActionList, describeRule } from "./action-schema.ts";
import type { Flow, FlowProblem, Gather, Menu, Step, StepAction } from "./flow.ts";
import { edgesOf, endingSteps, loopsOf, reachableFrom, stepOf } from "./graph.ts";
import { FlowStates, MAX_REDIRECTS, MAX_STATES, type State } from "./states.ts";
import { measureCalls } from "./walk.ts";

/** Step names become path segments and are followed by counts (`welcome.2`), so they hold no dot. */
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const DTMF = /^[0-9*#A-D]+$/;
const MAX_ATTEMPTS = 10;

/** Every problem of a flow, in reading order; none when it may be put behind a number. */
export function problemsOf(flow: Flow): FlowProblem[] {
  const names = Object.keys(flow.steps);
  const known = `known steps: ${names.join(", ")}`;
  const at = (step: string, field?: string) =>
    `flow "${flow.name}", step "${step}"${field === undefined ? "" : `, ${field}`}`;

  const problems: FlowProblem[] = [];
  for (const field of ["start", "fallback"] as const)
    if (!stepOf(flow, flow[field]))
      problems.push({ place: `flow "${flow.name}", ${field}`, rule: `unknown step "${flow[field]}"; ${known}` });
  for (const name of names) {
    const step = flow.steps[name] as Step;
    if (!NAME.test(name))
      problems.push({ place: at(name), rule: "a step's name is a letter, then letters, digits, - and _, 64 at most" });
    for (const { field, rule } of stepProblems(step)) problems.push({ place: at(name, field), rule });
    for (const { field, to } of edgesOf(step))
      if (!stepOf(flow, to)) problems.push({ place: at(name, field), rule: `unknown step "${to}"; ${known}` });
  }
  // What follows reasons about paths, and paths through steps that do not exist would only repeat the same mistake.
  if (problems.length > 0) return problems;
  const onPaths = pathProblems(flow);
  // Only a flow whose loops are bounded has states that can be counted.
  return (onPaths.length > 0 ? onPaths : stateProblems(flow)).map(({ step, field, rule }) => ({
    place: at(step, field),
    rule,
  }));
}

type StepProblem = { field?: string; rule: string };
type StepProblemAt = { step: string } & StepProblem;

function stepProblems(step: Step): StepProblem[] {
  const ways = [step.gather ?? step.menu, step.goto, step.end].filter((way) => way !== undefined);
  if (ways.length !== 1)
    return [{ rule: "must say once how the call goes on: gather with menu, goto, or end: true where the call ends" }];

  const actions = step.actions ?? [];
  const problems: StepProblem[] = [
    ...unknownFields(step, ["actions", "gather", "menu", "goto", "end"]),
    ...contractProblems(actions, (index) => `actions[${index}]`),
  ];
  if (step.end && actions.length === 0)
    problems.push({ field: "actions", rule: "must not be empty where the call ends: the caller would hear nothing" });
  for (const [index, action] of actions.entries()) {
    const { type } = action;
    if (hasCredentials(action))
      problems.push({
        field: `actions[${index}]`,
        rule: "must not hold a user's password: anybody can read an answer",
      });
    const leaves = type === "transfer" || type === "bridge" || type === "redirect";
    if (leaves && !(step.end && index === actions.length - 1))
      problems.push({
        field: `actions[${index}]`,
        rule: `${type} must be the last action of a step with end: true; nothing after it is run`,
      });
    if ((type as string) === "gather")
      problems.push({ field: `actions[${index}]`, rule: "gather belongs into the step's own gather, beside its menu" });
  }
  if (step.gather || step.menu) problems.push(...menuProblems(step.gather, step.menu));
  return problems;
}

/** A misspelt field would be a choice that looks right and never happens. */
const unknownFields = (value: object, known: string[], prefix = ""): StepProblem[] =>
  Object.keys(value)
    .filter((field) => !known.includes(field))
    .map((field) => ({ field: prefix + field, rule: `is not a known field; known are ${known.join(", ")}` }));

/** `user:password@` in a URL of any kind. */
const hasCredentials = (action: StepAction): boolean =>
  Object.values(action).some(
    (value) => typeof value === "string" && /^(?:sips?:|[a-z]+:\/\/)[^/@]*:[^/@]*@/i.test(value),
  );

function menuProblems(gather: Gather | undefined, menu: Menu | undefined): StepProblem[] {
  if (!gather || !menu) return [{ rule: "gather and menu come together: the question, and where each answer leads" }];
  const problems = [
    ...contractProblems([{ ...gather, type: "gather" }], () => "gather"),
    ...countProblems(gather),
    ...unknownFields(menu, ["keys", "wrong", "silence", "attempts", "exhausted"], "menu."),
  ];
  const keys = Object.keys(menu.keys ?? {});
  if (keys.length === 0) problems.push({ field: "menu.keys", rule: "must name at least one key" });
  for (const key of keys) {
    const rule = keyRule(key, gather);
    if (rule) problems.push({ field: `menu.keys["${key}"]`, rule });
  }
  const { attempts, exhausted } = menu;
  if (attempts !== undefined && !(Number.isInteger(attempts) && attempts >= 1 && attempts <= MAX_ATTEMPTS))
    problems.push({
      field: "menu.attempts",
      rule: `must be a whole number from 1 to ${MAX_ATTEMPTS}, but is ${attempts}`,
    });
  if ((attempts === undefined) !== (exhausted === undefined))
    problems.push({ field: "menu", rule: "attempts and exhausted come together: how often, and where to then" });
  return problems;
}

/** Where the contract does not say which of two fields wins, a flow must not leave it open. */
function countProblems({ num_digits, min_digits, max_digits }: Gather): StepProblem[] {
  if (num_digits !== undefined && (min_digits !== undefined || max_digits !== undefined))
    return [{ field: "gather.num_digits", rule: "must not be given beside min_digits or max_digits: say which" }];
  if (min_digits !== undefined && max_digits === undefined)
    return [{ field: "gather.max_digits", rule: "must be given beside min_digits: nobody says how many are enough" }];
  return [];
}

/** A key that a caller cannot type would be a choice that looks right and never happens. */
function keyRule(key: string, { num_digits, min_digits, max_digits, finish_on_key }: Gather): string | undefined {
  if (!DTMF.test(key)) return "must be of the keys 0-9, *, # and A-D";
  if (finish_on_key !== undefined && key.includes(finish_on_key))
    return `cannot be typed: ${finish_on_key} is the finish_on_key`;
  const most = max_digits ?? num_digits ?? 1;
  // With a finish key a caller may stop early.
  const least = max_digits === undefined ? (finish_on_key === undefined ? most : 1) : Math.max(1, min_digits ?? 1);
  if (key.length >= least && key.length <= most) return undefined;
  return `cannot be typed: the gather takes ${least === most ? `exactly ${most}` : `${least} to ${most}`}`;
}

/** The contract's own rules, with the place where the author wrote it. */
function contractProblems(actions: readonly unknown[], place: (index: number) => string): StepProblem[] {
  const result = checkActionList({ actions });
  if (result.ok) return [];
  return result.problems.map((problem) => ({
    field: [place(problem.index ?? 0), problem.field].filter(Boolean).join("."),
    rule: describeRule(problem),
  }));
}

function pathProblems(flow: Flow): StepProblemAt[] {
  const reachable = reachableFrom(flow, flow.start, flow.fallback);
  // Each menu is a state at least; what follows looks at every pair of them.
  const [first, ...menus] = [...reachable].filter((name) => stepOf(flow, name)?.menu);
  if (first !== undefined && menus.length >= MAX_STATES) return [tooManyMenus(first)];
  const ending = endingSteps(flow);
  const loops = loopsOf(flow);
  const problems: StepProblemAt[] = [];
  for (const [step, { menu }] of Object.entries(flow.steps)) {
    if (!reachable.has(step)) problems.push({ step, rule: "cannot be reached from the start; join it or remove it" });
    else if (!ending.has(step))
      problems.push({ step, rule: "no end can be reached from here: the caller would never get out" });
    else if (menu && loops.has(step)) {
      const loop = menu.exhausted === undefined ? undefined : forcedLoop(flow, step);
      if (menu.exhausted === undefined)
        problems.push({
          step,
          field: "menu",
          rule: "the flow can come back here: bound it with attempts and exhausted",
        });
      else if (loop)
        problems.push({ step, field: "menu.exhausted", rule: `leads back here: ${loop.join(" → ")}; it must get out` });
    } else if (menu?.exhausted !== undefined)
      problems.push({
        step,
        field: "menu.attempts",
        rule: "the flow never comes back here; remove attempts and exhausted",
      });
  }
  const asks = [...reachableFrom(flow, flow.fallback)].some((step) => stepOf(flow, step)?.menu);
  if (asks)
    problems.push({
      step: flow.fallback,
      rule: "is the fallback, for requests that were not understood, so no menu may follow it",
    });
  return problems;
}

/** With all attempts used up, `goto` and `exhausted` are the only ways on: a loop of those would never end. */
function forcedLoop(flow: Flow, from: string): string[] | undefined {
  const path = [from];
  for (let step = stepOf(flow, from); step; step = stepOf(flow, path.at(-1) as string)) {
    const next = step.goto ?? step.menu?.exhausted;
    if (next === undefined) return undefined;
    if (next === from) return [...path, next];
    if (path.includes(next)) return undefined;
    path.push(next);
  }
  return undefined;
}

/** What only the calls themselves show: counts of menus that share a loop multiply, and paths can be too long. */
function stateProblems(flow: Flow): StepProblemAt[] {
  const states = new FlowStates(flow);
  const all = states.all();
  if (all.length > MAX_STATES) return [tooManyStates(flow, all)];
  const problems: StepProblemAt[] = [];
  const met = states.met();
  for (const step of Object.keys(flow.steps))
    if (!met.has(step))
      problems.push({
        step,
        rule: "no call can come here: the menus on the way are left before; join it or remove it",
      });
  const { redirects } = measureCalls(flow);
  if (redirects > MAX_REDIRECTS)
    problems.push({
      step: flow.start,
      rule: `begins calls with up to ${redirects} redirects, one after each question, and MiniVoice may follow no more than ${MAX_REDIRECTS} in a call: lower attempts, or shorten the way`,
    });
  return problems;
}

function tooManyStates(flow: Flow, states: readonly State[]): StepProblemAt {
  const perMenu = Object.entries(Object.groupBy(states, ({ menu }) => menu));
  const [step = ""] = perMenu.reduce((most, each) => ((each[1]?.length ?? 0) > (most[1]?.length ?? 0) ? each : most));
  const [, ...others] = loopsOf(flow).get(step) ?? [];
  if (others.length === 0) return tooManyMenus(step);
  const rule = `shares a loop with ${others.join(", ")}, and they can be heard in more than ${MAX_STATES} ways: lower attempts, or part them`;
  return { step, field: "menu.attempts", rule };
}

const tooManyMenus = (step: string): StepProblemAt => ({
  step,
  rule: `the flow can ask in more than ${MAX_STATES} ways, each menu as often as it is heard: lower attempts, or split it`,
});
