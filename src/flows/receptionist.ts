import { defineFlow } from "../call-flow/define-flow.ts";
import type { Directory } from "./directory.ts";

/** Greets, and puts through to support. Whoever says nothing, or chooses wrongly twice, gets a person. */
export const receptionist = (directory: Directory) =>
  defineFlow("receptionist", {
    start: "welcome",
    fallback: "operator",
    steps: {
      welcome: {
        actions: [{ type: "say", text: "Thanks for calling." }],
        goto: "menu",
      },
      menu: {
        gather: { prompt: "Press 1 for support", num_digits: 1, timeout_seconds: 5 },
        menu: { keys: { "1": "support" }, wrong: "sorry", silence: "unheard", attempts: 2, exhausted: "operator" },
      },
      sorry: {
        actions: [{ type: "say", text: "Sorry, that is not one of the choices." }],
        goto: "menu",
      },
      unheard: {
        actions: [{ type: "say", text: "We did not hear a choice." }],
        goto: "operator",
      },
      support: {
        actions: [
          { type: "say", text: "Connecting you to support." },
          { type: "transfer", destination: directory.support },
        ],
        end: true,
      },
      operator: {
        actions: [
          { type: "say", text: "One moment please, a colleague will take your call." },
          { type: "transfer", destination: directory.operator },
        ],
        end: true,
      },
    },
  });
