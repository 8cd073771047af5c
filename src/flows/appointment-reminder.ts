import { defineFlow } from "../call-flow/define-flow.ts";
import type { Directory } from "./directory.ts";

/**
 * Reminds of an appointment; the callee confirms, reschedules with a person, or does not answer.
 * The choice is read from the `call.gathered` event: answers are public constants, so they name no date and nobody.
 */
export const appointmentReminder = (directory: Directory) =>
  defineFlow("appointmentReminder", {
    start: "greeting",
    fallback: "scheduling",
    steps: {
      greeting: {
        actions: [{ type: "say", text: "Hello, we are calling about your appointment tomorrow." }],
        goto: "question",
      },
      question: {
        gather: { prompt: "To confirm press 1. To reschedule press 2.", num_digits: 1, timeout_seconds: 8 },
        menu: {
          keys: { "1": "confirmed", "2": "reschedule" },
          wrong: "sorry",
          silence: "unheard",
          attempts: 2,
          exhausted: "unanswered",
        },
      },
      sorry: {
        actions: [{ type: "say", text: "Sorry, that is not one of the choices." }],
        goto: "question",
      },
      unheard: {
        actions: [{ type: "say", text: "We did not hear an answer." }],
        goto: "question",
      },
      confirmed: {
        actions: [{ type: "say", text: "Thank you, your appointment is confirmed. Goodbye." }],
        end: true,
      },
      reschedule: {
        actions: [{ type: "say", text: "We will find another time." }],
        goto: "scheduling",
      },
      scheduling: {
        actions: [
          { type: "say", text: "Connecting you to our scheduling desk." },
          { type: "transfer", destination: directory.scheduling },
        ],
        end: true,
      },
      unanswered: {
        actions: [{ type: "say", text: "Your appointment stays as it is. We will call again. Goodbye." }],
        end: true,
      },
    },
  });
