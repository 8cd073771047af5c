import { isDeepStrictEqual } from "node:util";
import type { FunctionProcess } from "../lambda/function-process.ts";
import { requests } from "./requests.ts";

/** What a request was answered with: the status, and the actions as values, so that the order of their fields is all the same. */
export type Answers = Record<string, { statusCode: number; actions: unknown }>;

/** Sends every request once. */
export async function answersOf(started: FunctionProcess): Promise<Answers> {
  const answers: Answers = {};
  for (const [name, request] of Object.entries(requests)) {
    const { statusCode, body } = (await started.invoke(request)).result as { statusCode: number; body: string };
    answers[name] = { statusCode, actions: JSON.parse(body).actions };
  }
  return answers;
}

/**
 * Nobody may win by doing less.
 *
 * @throws Error that names the request and shows both answers.
 */
export function assertSame(contender: string, answers: Answers, expected: Answers): void {
  for (const [request, answer] of Object.entries(expected)) {
    if (isDeepStrictEqual(answers[request], answer)) continue;
    const shown = [answers[request], answer].map((value) => JSON.stringify(value));
    throw new Error(`${contender} answers ${request} with ${shown[0]}, and not with ${shown[1]}`);
  }
}
