/** What changes between two sets of inputs, property by property. */
import { isDeepStrictEqual } from "node:util";
import type { Properties, ResourceType } from "../resources/resource-type.ts";
import { FILLED_IN, wasFilledIn, withoutNote } from "./check.ts";
import { isArchive, isAsset } from "./values.ts";

/** How a property changes, and whether AWS has to make a new resource for it. */
export interface Change {
  readonly kind: "add" | "delete" | "update";
  readonly replace: boolean;
}

/** Result of comparing two sets of inputs. */
export interface InputDiff {
  /** Changes by property path, such as `environment.variables.LEVEL`. */
  readonly changes: ReadonlyMap<string, Change>;
  /** Changed inputs, top level. */
  readonly changed: ReadonlySet<string>;
  /** Those of them that AWS cannot change in place. */
  readonly replaces: readonly string[];
  /** Old and new would have one name in AWS, so the old one must go first. */
  readonly deleteBeforeReplace: boolean;
}

/**
 * Compares the inputs of the last run with those of this one.
 *
 * @example diffInputs(role, { name: "a" }, { name: "b" }).replaces // ["name"]
 */
export function diffInputs(type: ResourceType, olds: Properties, news: Properties): InputDiff {
  const changes = new Map<string, Change>();
  const changed = new Set<string>();
  for (const property of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    if (property === FILLED_IN) continue;
    const canonical = type.canonical?.[property] ?? ((value: unknown) => value);
    const before = comparable(canonical(olds[property]));
    const after = comparable(canonical(news[property]));
    if (isDeepStrictEqual(before, after)) continue;
    changed.add(property);
    collect(property, before, after, (path, kind) => {
      changes.set(path, { kind, replace: type.replaceOnChange.includes(property) });
    });
  }
  const replaces = type.replaceOnChange.filter((property) => changed.has(property));
  const sameIdentity = type.identity(withoutNote(olds)) === type.identity(withoutNote(news));
  const generated = type.autoName !== undefined && wasFilledIn(news, type.autoName.property);
  const deleteBeforeReplace = replaces.length > 0 && sameIdentity && !generated && type.identity(news) !== "";
  return { changes, changed, replaces, deleteBeforeReplace };
}

/** Archives are compared by what is in them, not by where the files lie. */
function comparable(value: unknown): unknown {
  if ((isArchive(value) || isAsset(value)) && value.hash) return `content ${value.hash}`;
  return value;
}

type Found = (path: string, kind: Change["kind"]) => void;

function collect(path: string, before: unknown, after: unknown, found: Found): void {
  if (isDeepStrictEqual(before, after)) return;
  if (before === undefined) found(path, "add");
  else if (after === undefined) found(path, "delete");
  else if (isPlainObject(before) && isPlainObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      collect(`${path}${step(key)}`, before[key], after[key], found);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      collect(`${path}[${index}]`, before[index], after[index], found);
    }
  } else found(path, "update");
}

function step(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
