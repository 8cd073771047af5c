import { ExplainedError } from "../webhooks/explained-error.ts";
import type { Recorded, RecordedApplication } from "./pictures.ts";

/**
 * What a stack has deployed, as it lies where the watch in the cloud finds it. Written by the stack once the account has all
 * of it, so that it is never ahead of the account. Holds no secret: a field that is one is `hidden`.
 */
export interface ExpectedPicture {
  version: 1;
  /** By key in the voice file. */
  applications: Record<string, Omit<RecordedApplication, "changedOutside" | "declaredThen">>;
  /** Number → id of an application, or `reject`. */
  routes: Record<string, string>;
}

/** The picture as text: the same deployment makes the same text, so that nothing is written where nothing changed. */
export const pictureText = (picture: ExpectedPicture): string => JSON.stringify(picture);

/**
 * Reads what {@link pictureText} wrote, as the comparison takes it: as what was recorded.
 *
 * @throws ExplainedError that names what is wrong with it
 */
export function parsePicture(text: string): Recorded {
  const { version, applications, routes } = objectOf(text);
  if (version !== 1) throw malformed(`version must be 1, and is ${JSON.stringify(version)}: deploy the stack again`);
  return {
    applications: new Map(Object.entries(recordOf("applications", applications)).map(toApplication)),
    routes: new Map(Object.entries(recordOf("routes", routes)).map(toRoute)),
  };
}

function objectOf(text: string): Partial<ExpectedPicture> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Said below.
  }
  throw malformed("it must be a JSON object");
}

function recordOf(name: string, value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw malformed(`${name} must be an object`);
}

function toApplication([key, value]: [string, unknown]): [string, RecordedApplication] {
  const { id, name } = recordOf(`applications.${key}`, value);
  if (typeof id !== "string" || typeof name !== "string")
    throw malformed(`applications.${key} must have a text as its id and its name`);
  return [key, value as RecordedApplication];
}

function toRoute([number, entry]: [string, unknown]): [string, { entry: string }] {
  if (typeof entry !== "string") throw malformed(`routes.${number} must be a text`);
  return [number, { entry }];
}

const malformed = (problem: string) => new ExplainedError(`the expected picture is malformed: ${problem}`);
