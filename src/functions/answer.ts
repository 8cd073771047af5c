import answers from "virtual:answers";
import { createAnswerHandler } from "./answer-handler.ts";

/** Lambda entry point: answers every call of its environment. Reads `PUBLIC_BASE_URL`, `VOICE_STACK` and no secret. */
export const handler = createAnswerHandler(answers, {
  publicBaseUrl: process.env.PUBLIC_BASE_URL,
  stack: process.env.VOICE_STACK,
});
