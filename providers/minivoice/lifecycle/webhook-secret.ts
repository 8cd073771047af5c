import { randomBytes, randomUUID } from "node:crypto";
import { type Duration, milliseconds } from "../api/duration.ts";
import { Arguments, duration } from "./arguments.ts";
import { NotReadable } from "./errors.ts";
import { compact, type Lifecycle, type Named } from "./lifecycle.ts";

/** A secret that the program makes itself; it exists in the state alone. */
export interface WebhookSecretInputs extends Named {
  /** Any text; changing it makes a new secret. */
  keeper?: string;
  /** How long the previous secret stays valid after a rotation. Default `"24 hours"`. */
  overlap?: Duration;
}

export interface WebhookSecretOutputs extends WebhookSecretInputs {
  /** 256 random bits as 64 hexadecimal digits. */
  value: string;
  /**
   * The secret before the last rotation, to be accepted until `previousValidUntil` (RFC 3339). Both are empty before the
   * first: the engine takes an output that is absent for one that is not known yet, and every preview would show a change
   * in whatever is made of it.
   */
  previous: string;
  previousValidUntil: string;
}

const known = ["resourceName", "keeper", "overlap"];

/** The secret that signs webhooks, and its rotation. */
export const webhookSecret: Lifecycle<WebhookSecretInputs, WebhookSecretOutputs> = {
  replacedBy: [],

  check(values, isUnknown) {
    const args = new Arguments(values, known, isUnknown);
    const inputs = compact({
      resourceName: args.required("resourceName", "pass the name of the resource"),
      keeper: args.text("keeper"),
      overlap: args.text("overlap", duration),
    }) as WebhookSecretInputs;
    return { inputs, problems: args.problems, claims: [] };
  },

  inputsOf: ({ resourceName, keeper, overlap }) => compact({ resourceName, keeper, overlap }) as WebhookSecretInputs,

  async create(_context, inputs) {
    return { id: randomUUID(), outputs: { ...inputs, value: newSecret(), previous: "", previousValidUntil: "" } };
  },

  async update(_context, _id, outputs, inputs) {
    const { value, previous = "", previousValidUntil = "" } = outputs;
    if (outputs.keeper === inputs.keeper) return { ...inputs, value, previous, previousValidUntil };
    const overlap = milliseconds(inputs.overlap ?? "24 hours") as number;
    return {
      ...inputs,
      value: newSecret(),
      previous: value,
      previousValidUntil: new Date(Date.now() + overlap).toISOString(),
    };
  },

  async read(_context, id, outputs) {
    if (!outputs.value) throw new NotReadable("a webhook secret", "take its value from the stack that made it");
    return { id, outputs };
  },

  async remove() {
    // Nothing outside the state knows it.
  },
};

const newSecret = (): string => randomBytes(32).toString("hex");
