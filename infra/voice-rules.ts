import { isE164, publicUrl } from "pulumi-minivoice/lifecycle";
import { applicationKeyPattern, REJECT } from "./voice-schema.ts";
import type { Problem, YamlSource } from "./yaml-source.ts";

/**
 * What a voice file's fields must be to one another, beyond the shape of each.
 *
 * The rules read the raw values, so that one run finds every problem: a file with a misspelt flow
 * also hears about its misspelt route.
 */
export function ruleProblems(source: YamlSource): Problem[] {
  return [...duplicateKeys(source), ...applicationProblems(source), ...routeProblems(source)];
}

/** The entries of a map, and none of anything else: that it is no map is the schema's to say. */
export const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];

/** A field of a map; `undefined` where there is no map or no such field. */
export const fieldOf = (value: unknown, field: string): unknown => entriesOf(value).find(([key]) => key === field)?.[1];

const duplicateKeys = (source: YamlSource): Problem[] =>
  source.duplicateKeys.map(({ path, key, first, second }) => {
    const what = path.length !== 1 ? "field" : path[0] === "routes" ? "number" : "application key";
    return { ...second, message: `${what} "${key}" a second time, first on line ${first.line}: keep one of them` };
  });

function applicationProblems(source: YamlSource): Problem[] {
  const keyOfName = new Map<unknown, string>();
  return entriesOf(fieldOf(source.value, "applications")).flatMap(([key, application]) => {
    const path = ["applications", key];
    const label = path.join(".");
    const found: Problem[] = [];
    const { name, flow, answerUrl, webhookUrl } = Object.fromEntries(entriesOf(application));

    if (key === REJECT) {
      const message = `"${REJECT}" takes a number out of service, so no application can have this key: choose another`;
      found.push({ ...source.placeOfKey(path), message });
    } else if (!applicationKeyPattern.test(key)) {
      const message = `application key "${key}" must begin with a letter, then letters, digits, "-" and "_", at most 40`;
      found.push({ ...source.placeOfKey(path), message });
    }

    const namesake = keyOfName.get(name);
    if (namesake !== undefined) {
      const { line } = source.placeOfValue(["applications", namesake, "name"]);
      const message = `${label}.name: "${name}" is the name of ${namesake} too, on line ${line}: give each its own name`;
      found.push({ ...source.placeOfValue([...path, "name"]), message });
    } else if (name) keyOfName.set(name, key);

    if (flow !== undefined && answerUrl !== undefined) {
      const message = `${label} has both flow and answerUrl: keep flow if this stack answers its calls, else answerUrl`;
      found.push({ ...source.placeOfKey([...path, "answerUrl"]), message });
    } else if (flow === undefined && answerUrl === undefined && entriesOf(application).length > 0) {
      const message = `${label} has neither flow nor answerUrl: nobody would answer its calls`;
      found.push({ ...source.placeOfKey(path), message });
    }
    if (webhookUrl !== undefined && answerUrl === undefined) {
      const message = `${label}.webhookUrl goes with answerUrl only: remove it, this stack's own function receives the events`;
      found.push({ ...source.placeOfKey([...path, "webhookUrl"]), message });
    }
    for (const [field, url] of Object.entries({ answerUrl, webhookUrl })) {
      const problem = typeof url === "string" ? publicUrl(url) : undefined;
      if (problem) found.push({ ...source.placeOfValue([...path, field]), message: `${label}.${field}: ${problem}` });
    }
    return found;
  });
}

function routeProblems(source: YamlSource): Problem[] {
  const applications = entriesOf(fieldOf(source.value, "applications")).map(([key]) => key);
  const targets = [...applications.filter((key) => key !== REJECT), REJECT];
  return entriesOf(fieldOf(source.value, "routes")).flatMap(([number, target]) => {
    const path = ["routes", number];
    const found: Problem[] = [];
    if (!isE164(number)) {
      const message = `routes: "${number}" is not an E.164 number: write "+" and 7 to 15 digits, the first not 0, such as "+15551230001"`;
      found.push({ ...source.placeOfKey(path), message });
    }
    if (target === "") {
      const message = `routes."${number}" has no target: write one of ${targets.join(", ")}`;
      found.push({ ...source.placeOfValue(path), message });
    } else if (typeof target === "string" && !targets.includes(target)) {
      const message = `routes."${number}": there is no application "${target}": write one of ${targets.join(", ")}`;
      found.push({ ...source.placeOfValue(path), message });
    }
    return found;
  });
}
