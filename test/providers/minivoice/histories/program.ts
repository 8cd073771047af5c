import fc from "fast-check";

/** The numbers of the account. */
export const numbers = Array.from({ length: 8 }, (_, index) => `+1555123000${index + 1}`);

export interface DeclaredApplication {
  name: string;
  answerUrl?: string;
  webhookSecret?: string;
  adopt?: true;
}

export interface DeclaredRoute {
  /** The resource: a table (`table-0`), or a `DidRoute` (`route-0`), which holds one number. */
  holder: string;
  /** The resource name of an application, or `reject`. */
  target: string;
  leave: boolean;
  takeover: string[];
}

/** What a program declares: applications by resource name, routes by number. */
export interface Program {
  applications: Record<string, DeclaredApplication>;
  routes: Record<string, DeclaredRoute>;
}

export const emptyProgram: Program = { applications: {}, routes: {} };

export const isTable = (holder: string): boolean => holder.startsWith("table");

/** The numbers of each table or route, by resource name. */
export function holdersOf({ routes }: Program): Map<string, string[]> {
  const holders = new Map<string, string[]>();
  for (const [number, { holder }] of Object.entries(routes))
    holders.set(holder, [...(holders.get(holder) ?? []), number]);
  return holders;
}

/** One entry of a program may be replaced, dropped, or left as the program before had it. */
type Edit<Entry> = Entry | "drop" | undefined;

/** A change to a program: what becomes of each application resource, and of each number. */
export interface ProgramEdit {
  applications: Edit<{ name: number; url: number; secret: number }>[];
  routes: Edit<{ holder: number; target: number; leave: boolean }>[];
}

const edit = <Entry>(entry: fc.Arbitrary<Entry>): fc.Arbitrary<Edit<Entry>> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 5, arbitrary: entry },
    { weight: 2, arbitrary: fc.constant("drop" as const) },
  );

const applicationResources = ["app-0", "app-1", "app-2"];

export const programEdits: fc.Arbitrary<ProgramEdit> = fc.record({
  applications: fc.array(edit(fc.record({ name: fc.nat(3), url: fc.nat(2), secret: fc.nat(2) })), {
    minLength: applicationResources.length,
    maxLength: applicationResources.length,
  }),
  routes: fc.array(
    edit(
      fc.record({
        holder: fc.nat(7),
        target: fc.nat(3),
        leave: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      }),
    ),
    { minLength: numbers.length, maxLength: numbers.length },
  ),
});

/** The program after an edit. What would contradict itself (one name twice, one route for two numbers) is put right. */
export function edited(before: Program, change: ProgramEdit): Program {
  const applications: Program["applications"] = {};
  const names = new Set<string>();
  for (const [index, resource] of applicationResources.entries()) {
    const entry = change.applications[index];
    const declared = entry === "drop" ? undefined : entry ? declaredApplication(entry) : before.applications[resource];
    if (!declared) continue;
    let { name } = declared;
    while (names.has(name)) name += "'";
    names.add(name);
    applications[resource] = { ...declared, name };
  }
  const targets = [...Object.keys(applications), "reject"];
  const routes: Program["routes"] = {};
  const taken = new Set<string>();
  for (const [index, number] of numbers.entries()) {
    const entry = change.routes[index];
    const old = before.routes[number];
    if (entry === "drop" || (!entry && !old)) continue;
    const wanted = entry ? { ...entry, target: targets[entry.target % targets.length] ?? "reject" } : undefined;
    const target = wanted?.target ?? old?.target ?? "reject";
    const holder = wanted ? (wanted.holder < 2 ? `table-${wanted.holder}` : `route-${wanted.holder - 2}`) : old?.holder;
    const free = holder && (isTable(holder) || !taken.has(holder)) ? holder : "table-0";
    taken.add(free);
    routes[number] = {
      holder: free,
      target: targets.includes(target) ? target : "reject",
      leave: !isTable(free) && (wanted?.leave ?? old?.leave ?? false),
      takeover: wanted ? [] : (old?.takeover ?? []),
    };
  }
  return { applications, routes };
}

function declaredApplication({ name, url, secret }: { name: number; url: number; secret: number }) {
  return {
    name: `name-${name}`,
    ...(url > 0 && { answerUrl: `https://example.com/${url}` }),
    ...(secret > 0 && { webhookSecret: `secret-${secret}` }),
  };
}

/** The arguments of each table or route, once the ids of the applications are known. */
export function routeArguments(program: Program, holder: string, idOf: (application: string) => string) {
  const held = holdersOf(program).get(holder) ?? [];
  const declared = held.map((number) => [number, program.routes[number] as DeclaredRoute] as const);
  const takeover = [...new Set(declared.flatMap(([, route]) => route.takeover))];
  const options = { resourceName: holder, ...(takeover.length > 0 && { takeover }) };
  if (isTable(holder))
    return {
      ...options,
      declaredElsewhere: Object.keys(program.routes)
        .filter((number) => !held.includes(number))
        .map((number) => `number ${number}`),
      routes: Object.fromEntries(
        declared.map(([number, { target }]) => [number, target === "reject" ? target : idOf(target)]),
      ),
    };
  const [[number, { target, leave }] = ["", { target: "reject", leave: false }]] = declared;
  return {
    ...options,
    number,
    ...(target === "reject" ? { mode: "reject" } : { applicationId: idOf(target) }),
    ...(leave && { onDelete: "leave" }),
  };
}
