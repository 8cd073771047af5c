import { defineFlow } from "../call-flow/define-flow.ts";
import type { Directory } from "./directory.ts";

/** Routes to one of several desks, with a second menu for customers and a way back from it. */
export const salesMenu = (directory: Directory) =>
  defineFlow("salesMenu", {
    start: "welcome",
    fallback: "operator",
    steps: {
      welcome: {
        actions: [{ type: "say", text: "Welcome to sales." }],
        goto: "main",
      },
      main: {
        gather: {
          prompt: "For a new order press 1. If you are a customer already, press 2. For anything else, press 0.",
          num_digits: 1,
          timeout_seconds: 6,
        },
        menu: {
          keys: { "1": "newBusiness", "2": "customers", "0": "operator" },
          wrong: "sorry",
          silence: "operator",
          attempts: 3,
          exhausted: "operator",
        },
      },
      sorry: {
        actions: [{ type: "say", text: "Sorry, that is not one of the choices." }],
        goto: "main",
      },
      customers: {
        gather: {
          prompt: "For an invoice press 1. For a delivery press 2. To go back press the star key.",
          num_digits: 1,
          timeout_seconds: 6,
        },
        menu: {
          keys: { "1": "billing", "2": "delivery", "*": "main" },
          wrong: "sorryCustomer",
          silence: "operator",
          attempts: 3,
          exhausted: "operator",
        },
      },
      sorryCustomer: {
        actions: [{ type: "say", text: "Sorry, that is not one of the choices." }],
        goto: "customers",
      },
      newBusiness: {
        actions: [
          { type: "say", text: "Connecting you to our advisers." },
          { type: "transfer", destination: directory.newBusiness },
        ],
        end: true,
      },
      billing: {
        actions: [
          { type: "say", text: "Connecting you to billing." },
          { type: "transfer", destination: directory.billing },
        ],
        end: true,
      },
      delivery: {
        actions: [
          { type: "say", text: "Connecting you to delivery." },
          { type: "transfer", destination: directory.delivery },
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
