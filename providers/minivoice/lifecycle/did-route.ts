import { type Duration, milliseconds } from "../api/duration.ts";
import type { Did } from "../api/schema.ts";
import { Arguments, duration, e164 } from "./arguments.ts";
import { awaitAssignment } from "./assignments.ts";
import type { Context } from "./context.ts";
import { AssignmentPending, NotDeleted, PartialFailure, Unsettled } from "./errors.ts";
import { compact, type Lifecycle, type Named } from "./lifecycle.ts";
import { foundOrGone } from "./ownership.ts";
import { type OnDelete, type Reads, reconcileRoute, releaseRoute } from "./route.ts";
import { describeTarget, type Target } from "./target.ts";
import { heldBy, writtenBeside, writtenOnceRead } from "./written.ts";

/** What a program declares for one number: exactly one of `applicationId` and `mode`. */
export interface DidRouteInputs extends Named {
  /** E.164, e.g. `+15551230001`. */
  number: string;
  applicationId?: string;
  mode?: "reject";
  takeover?: string[];
  onDelete?: OnDelete;
  assignmentTimeout?: Duration;
}

/** What is live, and the options. */
export interface DidRouteOutputs extends Named {
  didId: string;
  number: string;
  applicationId?: string;
  /** Only where the number does not run its application: `reject`, or a mode that is not documented yet. */
  mode?: string;
  carrier?: string;
  status?: string;
  customerId?: string;
  takeover?: string[];
  onDelete?: OnDelete;
  assignmentTimeout?: Duration;
  /** The applications that this route may have written, where that is not `applicationId` alone; see {@link writtenBeside}. */
  written?: string[];
}

const known = ["resourceName", "number", "applicationId", "mode", "takeover", "onDelete", "assignmentTimeout"];

/** One number, and where its calls go. */
export const didRoute: Lifecycle<DidRouteInputs, DidRouteOutputs> = {
  replacedBy: ["number"],

  check(values, isUnknown) {
    const args = new Arguments(values, known, isUnknown);
    const number = args.required("number", "say which one, in E.164 such as +15551230001", e164);
    const applicationId = args.text("applicationId", (id) =>
      id === "reject" ? `is "reject": say mode: "reject" instead` : undefined,
    );
    const mode = args.text("mode", (text) => (text === "reject" ? undefined : `is "${text}": expected "reject"`));
    const given = ["applicationId", "mode"].filter((field) => args.has(field));
    const empty = given.filter((field) => args.isAbsent(field));
    if (empty.length > 0)
      args.report(
        `${empty.join(" and ")} of ${number || "the route"} is undefined or empty: give the id of an application, or leave it out and say mode: "reject"`,
      );
    else if (given.length !== 1)
      args.report(
        `${number || "the route"} has ${given.length === 0 ? "no target" : "two targets"}: give exactly one of applicationId and mode: "reject"`,
      );
    const inputs = compact({
      resourceName: args.required("resourceName", "pass the name of the resource"),
      number,
      applicationId,
      mode,
      takeover: args.texts("takeover"),
      onDelete: args.choice("onDelete", ["reject", "leave"], "reject"),
      assignmentTimeout: args.text("assignmentTimeout", duration),
    }) as DidRouteInputs;
    return { inputs, problems: args.problems, claims: number && !args.isUnknown("number") ? [`number ${number}`] : [] };
  },

  inputsOf({
    didId: _didId,
    carrier: _carrier,
    status: _status,
    customerId: _customerId,
    written: _written,
    ...declared
  }) {
    return declared as DidRouteInputs;
  },

  beforeUpdate({ claims }, _id, outputs, inputs) {
    if (isKnownToRoute(outputs, inputs))
      claims.settle(`number ${inputs.number}`, describeTarget(targetOfInputs(inputs)));
  },

  async create(context, inputs) {
    const outputs = await reconcile(context, inputs, undefined);
    return { id: outputs.didId, outputs };
  },

  update(context, _id, outputs, inputs) {
    return reconcile(context, inputs, outputs);
  },

  async read(context, id, outputs) {
    const { number, customerId } = outputs;
    const seen = number ? await context.inventory.did(number) : await context.client.dids.get(id);
    const live = await foundOrGone(context, number ?? id, seen, customerId);
    return live && { id: live.id, outputs: outputsOf(live, outputs, writtenOnceRead(live, lastWritten(outputs))) };
  },

  async remove(context, _id, outputs) {
    const { number, onDelete = "reject" } = outputs;
    try {
      await releaseRoute(context, number, lastWritten(outputs), onDelete, readsOf(context, outputs));
    } catch (error) {
      throw error instanceof Unsettled ? new NotDeleted([error.message], error.written !== undefined) : error;
    }
  },
};

async function reconcile(
  context: Context,
  inputs: DidRouteInputs,
  before: DidRouteOutputs | undefined,
): Promise<DidRouteOutputs> {
  const isInDoubt = context.claims.wasLetGo(`number ${inputs.number}`);
  if (before && !isInDoubt && isKnownToRoute(before, inputs)) return outputsOf(liveOf(before), inputs);
  const target = targetOfInputs(inputs);
  try {
    const options = {
      held: before ? heldBy(before.applicationId, before.written) : [],
      takeover: inputs.takeover ?? [],
    };
    const routed = reconcileRoute(context, inputs.number, target, options, readsOf(context, before));
    const live = await routed.catch((error) => {
      if (!(error instanceof AssignmentPending)) throw error;
      return awaitAssignment(context, error, milliseconds(inputs.assignmentTimeout ?? "0 seconds") as number);
    });
    return outputsOf(live, inputs);
  } catch (error) {
    // The number exists and this resource answers for it: it goes into the state as it is, and the next run goes on.
    if (!(error instanceof Unsettled) || !error.live) throw error;
    const written = heldBy(before && lastWritten(before), error.written);
    throw new PartialFailure(error.live.id, outputsOf(error.live, inputs, writtenBeside(error.live, written)), [
      error.message,
    ]);
  }
}

/** Reads of a number that notice when the account is another one than the state knows. */
const readsOf = (context: Context, before: DidRouteOutputs | undefined): Reads => ({
  byNumber: async (number) =>
    foundOrGone(context, number, await context.client.dids.byNumber(number), before?.customerId),
});

const targetOfInputs = (inputs: DidRouteInputs): Target =>
  inputs.mode ? { mode: inputs.mode } : { applicationId: inputs.applicationId as string };

/**
 * Whether only options changed, which needs no request. After a write of which nobody knows what came of it, what was read
 * last is no answer, even where the program has gone back to it.
 */
const isKnownToRoute = (before: DidRouteOutputs, inputs: DidRouteInputs): boolean =>
  !before.written &&
  before.number === inputs.number &&
  before.applicationId === inputs.applicationId &&
  before.mode === inputs.mode;

const lastWritten = (outputs: DidRouteOutputs): string[] => outputs.written ?? heldBy(outputs.applicationId);

/** What was live when these outputs were made. */
const liveOf = (outputs: DidRouteOutputs): Did => ({
  id: outputs.didId,
  number_e164: outputs.number,
  route_mode: outputs.mode ?? "webhook",
  ...compact({
    application_id: outputs.applicationId,
    provider: outputs.carrier,
    status: outputs.status,
    customer_id: outputs.customerId,
  }),
});

function outputsOf(live: Did, options: DidRouteInputs | DidRouteOutputs, written?: string[]): DidRouteOutputs {
  const { resourceName, takeover, onDelete, assignmentTimeout } = options;
  return compact({
    resourceName,
    didId: live.id,
    number: live.number_e164,
    applicationId: live.application_id,
    mode: live.route_mode === "webhook" ? undefined : live.route_mode,
    carrier: live.provider,
    status: live.status,
    customerId: live.customer_id,
    takeover,
    onDelete,
    assignmentTimeout,
    written,
  }) as DidRouteOutputs;
}
