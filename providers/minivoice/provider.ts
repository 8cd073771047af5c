import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError } from "./api/errors.ts";
import { redact } from "./api/redact.ts";
import { shareOut } from "./budget.ts";
import { type Configuration, configurationOf } from "./configuration.ts";
import { watchEngine } from "./engine-watch.ts";
import { application as applicationLifecycle } from "./lifecycle/application.ts";
import type { Unchecked } from "./lifecycle/arguments.ts";
import { Claims } from "./lifecycle/claims.ts";
import type { Context } from "./lifecycle/context.ts";
import { didRoute as didRouteLifecycle } from "./lifecycle/did-route.ts";
import { didRouteTable as didRouteTableLifecycle } from "./lifecycle/did-route-table.ts";
import { PartialFailure } from "./lifecycle/errors.ts";
import type { Lifecycle, Named } from "./lifecycle/lifecycle.ts";
import { secretsIn } from "./lifecycle/secrets.ts";
import { webhookSecret as webhookSecretLifecycle } from "./lifecycle/webhook-secret.ts";
import { unpackRoutes } from "./resources/packed-routes.ts";

/**
 * What the engine loads: the dynamic-provider protocol, spoken for each resource's life cycle. No decision is made here.
 *
 * The engine runs one such process for all resources of a run, so what a run shares lives in this module.
 */
export const application = adapt("Application", applicationLifecycle);
export const didRoute = adapt("DidRoute", didRouteLifecycle);
export const didRouteTable = adapt("DidRouteTable", didRouteTableLifecycle);
export const webhookSecret = adapt("WebhookSecret", webhookSecretLifecycle);

const claims = new Claims();
let configuration: Configuration | ConfigurationError | undefined;
let shared: Promise<Context> | undefined;

/** Entered again before an awaited one would have ended, so all of it is synchronous. A mistake is kept until something needs the account. */
function configure(read: (key: string) => string | undefined): void {
  if (configuration) return;
  // Only the engine configures, so nothing else that loads this module is watched, or ended.
  watchEngine(process.argv[2], endProcess);
  try {
    configuration = configurationOf(read);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    configuration = error;
  }
}

/* istanbul ignore next -- it would end the test; test/engine/faults.test.ts ends an engine, and sees the provider go. */
const endProcess = () => process.exit(1);

function context(): Promise<Context> {
  if (configuration === undefined || configuration instanceof ConfigurationError)
    throw configuration ?? new ConfigurationError("the provider was not configured");
  const { provider: options } = shareOut(configuration);
  // Most runs find nothing to do, and then nobody waits for the HTTP client and the schemas to load.
  shared ??= import("./lifecycle/context.ts").then(({ createContext }) =>
    createContext({ ...options, claims, say: (message) => process.stderr.write(`minivoice: ${message}\n`) }),
  );
  return shared;
}

const isUnknown = (value: unknown): boolean => value === pulumi.runtime.unknownValue;

function adapt<Inputs extends Named, Outputs extends Named>(
  kind: string,
  lifecycle: Lifecycle<Inputs, Outputs>,
): pulumi.dynamic.ResourceProvider {
  const declaresSame = (outputs: Outputs, inputs: Inputs) =>
    isDeepStrictEqual({ ...lifecycle.inputsOf(outputs), resourceName: "" }, { ...inputs, resourceName: "" });

  const ownerOf = ({ resourceName }: Named) => `${kind} "${resourceName}"`;

  return {
    async configure({ config }) {
      configure((key) => config.get(key));
    },

    async check(_olds: Unchecked, news: Unchecked) {
      const { declaredElsewhere, ...args } = own(news);
      const unpacked = "routes" in args ? { ...args, routes: unpackRoutes(args.routes) } : args;
      const { inputs, problems, claims: claimed } = lifecycle.check(unpacked, isUnknown);
      // Heard, and not kept: it is about the program, not about the resource.
      if (Array.isArray(declaredElsewhere)) claims.announce(declaredElsewhere);
      const conflicts = claims.declare(ownerOf(inputs), claimed);
      const reasons = [
        ...(configuration instanceof ConfigurationError ? [configuration.message] : []),
        ...problems,
        ...conflicts.map(({ claim, holder }) => `${claim} is declared by ${holder} already: declare it once`),
      ];
      // Without a property the engine does not print the property's whole value, which may hold a secret.
      return { inputs, failures: reasons.map((reason) => ({ property: "", reason: redact(reason, secretsIn(news)) })) };
    },

    async diff(id, olds: Outputs, news: Inputs) {
      const outputs = own(olds);
      const inputs = own(news);
      // A refresh compares with what the state declared, perhaps under an earlier name; only the program's word counts.
      if (claims.isDeclared(ownerOf(inputs)))
        await quietly([olds, news], async () => lifecycle.beforeUpdate?.({ claims }, id, outputs, inputs, isUnknown));
      const isSame = declaresSame(outputs, inputs);
      const differs = lifecycle.differs?.(outputs, inputs) ?? !isSame;
      if (!differs && !claims.isInDoubt(ownerOf(inputs))) return { changes: false };
      const replaces = lifecycle.replacedBy.filter(
        (field) => !isDeepStrictEqual(lifecycle.inputsOf(outputs)[field], inputs[field]),
      );
      // Without `changes` the engine compares the inputs itself, and shows each field that differs, if one does.
      return { ...(isSame ? { changes: true } : {}), replaces: [...replaces], deleteBeforeReplace: false };
    },

    async create(inputs: Inputs) {
      return withProvider([inputs], async () => {
        const { id, outputs } = await lifecycle.create(await context(), own(inputs));
        return { id, outs: outputs };
      });
    },

    async update(id, olds: Outputs, news: Inputs) {
      return withProvider([news, olds], async () => ({
        outs: await lifecycle.update(await context(), id, own(olds), own(news)),
      }));
    },

    async read(id, olds?: Outputs) {
      return quietly([olds], async () => {
        const live = await lifecycle.read(await context(), id, own(olds ?? ({} as Outputs)));
        return live ? { id: live.id, props: live.outputs, inputs: lifecycle.inputsOf(live.outputs) } : {};
      });
    },

    async delete(id, outputs: Outputs) {
      await quietly([outputs], async () => lifecycle.remove(await context(), id, own(outputs)));
    },
  };
}

/** The engine's own property travels with each object; a life cycle knows nothing of it. */
function own<Shape extends object>(properties: Shape): Shape {
  const { __provider, ...rest } = properties as Shape & { __provider?: string };
  return rest as Shape;
}

/** What an operation knows of a resource: of which errors show no secret. The declaration comes first, if there is one. */
type Known = readonly (object | undefined)[];

/** A partial success is an error that carries what is live, with the engine's own property, or the next refresh could not load this file. */
async function withProvider<Result>(known: Known, task: () => Promise<Result>): Promise<Result> {
  return quietly(known, async () => {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      const { __provider } = known[0] as { __provider?: string };
      const { id, outputs, message } = error;
      const reasons = error.reasons.map((reason) => redact(reason, secretsIn(...known)));
      throw Object.assign(new Error(message), { id, properties: { ...outputs, __provider }, reasons });
    }
  });
}

/** The engine's host prints the stack of what is thrown; people need the message alone. */
async function quietly<Result>(known: Known, task: () => Promise<Result>): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    const shown = error as Error;
    shown.message = redact(shown.message, secretsIn(...known));
    shown.stack = "";
    throw shown;
  }
}
