import type { MiniVoiceError } from "../api/errors.ts";
import type { Application, Did } from "../api/schema.ts";
import { describeLive, describeTarget, type Target } from "./target.ts";

/** Base of everything that a reconciler refuses or could not finish. Messages say what is wrong, what was found, and the way out. */
export abstract class LifecycleError extends Error {}

/** The account has no such number. */
export class NumberNotFound extends LifecycleError {
  constructor(number: string) {
    super(`${number} is not a number of this account: check it, or have it assigned to the account first`);
  }
}

/** Somebody else's application holds the number. */
export class NumberTaken extends LifecycleError {
  constructor(live: Did, target: Target) {
    super(
      `${live.number_e164} is held by ${live.application_id} (${describeLive(live)}), which this stack does not manage, ` +
        `so it is not routed to ${describeTarget(target)}. If it is meant to be taken over, say takeover: "${live.application_id}"`,
    );
  }
}

/** A number that exists and is not as declared, or not known to be: it belongs into the state, and a later run goes on. */
export abstract class Unsettled extends LifecycleError {
  /** As it was read last; `undefined` when it has vanished meanwhile. */
  readonly live: Did | undefined;
  /** The table's entry for what was written, if anything was: it may still show. */
  readonly written: string | undefined;
  constructor(live: Did | undefined, written: string | undefined, message: string) {
    super(message);
    this.live = live;
    this.written = written;
  }
}

/** Nothing was written: the rest is left to a person or to a later run. */
export abstract class Pending extends Unsettled {
  constructor(live: Did, message: string) {
    super(live, undefined, `pending: ${message}`);
  }
}

/** A person has to make the change, and has not yet. */
export class AssignmentPending extends Pending {
  declare readonly live: Did;
  /** Where the number is to route. */
  readonly target: Target;
  constructor(live: Did, target: Target) {
    super(
      live,
      `${assignment(live.number_e164, target)} in the account setup (now: ${describeLive(live)}), then run up again`,
    );
    this.target = target;
  }
}

/** What was reviewed is not what would be written over. */
export class NotAsReviewed extends Pending {
  constructor(live: Did, objection: string) {
    super(live, `${live.number_e164} was not written, because ${objection} (MINIVOICE_EXPECT): review it again`);
  }
}

/** The API accepted a write, but a read does not show it. */
export class WriteNotApplied extends Unsettled {
  constructor(what: string, wanted: string, found: string, live?: Did) {
    super(
      live,
      wanted,
      `${what} was written, but does not show it: wanted ${wanted}, found ${found}. Run up again; if it stays, ask the vendor`,
    );
  }
}

/** A write of which nobody knows what came of it, because its answer, or the read after it, was lost. */
export class WriteUnconfirmed extends Unsettled {
  /** @param route - of a number: the entry that was written, and how it was read last */
  constructor(what: string, why: string, route?: { written: string; live: Did | undefined }) {
    super(
      route?.live,
      route?.written,
      `${what} was written, but whether it took effect is not known: ${why}. Run up again, which looks first`,
    );
  }
}

/** A call that the account was said to have, and has not. */
export class NotManaged extends LifecycleError {
  constructor({ requestLine, status }: MiniVoiceError) {
    super(
      `this account has no ${requestLine.replace(/\?.*/, "")} (it answered ${status}), but minivoice:capabilities says "managed": ` +
        "set it to documented (pulumi config set minivoice:capabilities documented), or have the vendor enable that call",
    );
  }
}

/** Another application has this name, and names are all that tells one application from another before it has an id. */
export class ApplicationNameTaken extends LifecycleError {
  /** @param candidates - all that have the name or are to have it */
  constructor(name: string, candidates: readonly Application[]) {
    super(
      `${candidates.length} applications of the account would be called "${name}" (${candidates.map(({ id }) => id).join(", ")}), ` +
        "and only the name tells which one is meant: rename or delete all but one in the account setup",
    );
  }
}

/** An application that the program renames still has the name under which another one is to be created. */
export class ApplicationNameBorne extends LifecycleError {
  constructor(name: string, id: string) {
    super(
      `pending: the application ${id} is still called "${name}" and is to be renamed; before that, no other one is created under this name: run up again`,
    );
  }
}

/** The one application of this name is not as declared, and nobody said that it may be changed. */
export class ApplicationDiffers extends LifecycleError {
  constructor(name: string, id: string) {
    super(
      `the account already has an application "${name}" (${id}) that differs from this declaration: choose another name, or take it over with adopt: true`,
    );
  }
}

/** A key is given for an application that is not there. */
export class NothingToAdopt extends LifecycleError {
  constructor(name: string) {
    super(
      `the account has no application "${name}", so there is none that the given apiKey could belong to: check the name, ` +
        "or leave out adopt and apiKey to have it created",
    );
  }
}

/** Two resources of one program stand for the same application, so each would undo the other. */
export class ApplicationShared extends LifecycleError {
  constructor(id: string, holder: string, owner: string) {
    super(
      `"${holder}" and "${owner}" both stand for the application ${id}: remove one of them from the program and run up ` +
        "(the application stays), then declare it again under a name of its own",
    );
  }
}

/** An update of an application that somebody deleted. */
export class ApplicationGone extends LifecycleError {
  constructor(id: string, name: string) {
    super(`the application "${name}" (${id}) is not in the account any more: run up --refresh to create it anew`);
  }
}

/** The create call got no answer, so it may or may not have created an application. */
export class CreateOutcomeUnknown extends LifecycleError {
  constructor(name: string, why: string) {
    super(
      `the application "${name}" was sent to MiniVoice, but the answer was lost (${why}) and the list does not show it (yet). ` +
        "It was not sent again, because two would be created: run up again, which looks first",
    );
  }
}

/** An application cannot be deleted while numbers carry it. */
export class ApplicationInUse extends LifecycleError {
  constructor(id: string, numbers: string[]) {
    const shown = numbers.slice(0, 10).join(", ") + (numbers.length > 10 ? ` and ${numbers.length - 10} more` : "");
    super(
      `the application ${id} is still carried by ${shown || "numbers that this account cannot list"}: route them elsewhere or take them out of service first`,
    );
  }
}

/** A lookup by id of what only the state of its own stack knows. */
export class NotReadable extends LifecycleError {
  constructor(what: string, wayOut: string) {
    super(`${what} cannot be looked up by an id, because the account knows no such thing: ${wayOut}`);
  }
}

/** The object, or the whole account, belongs to another customer of the vendor. */
export class ForeignCustomer extends LifecycleError {
  /** @param source - what says which customer is expected */
  constructor(what: string, found: string, expected: string, source: "minivoice:customerId" | "the state") {
    const wayOut = source === "the state" ? " If it really changed hands, remove it from the state and adopt it" : "";
    super(
      `${what} belongs to customer ${found}, but this stack is for ${expected} (${source}): is the API key that of another environment?${wayOut}`,
    );
  }
}

/** More of a table would change than its `maxChange` allows. */
export class TooManyChanges extends LifecycleError {
  constructor(count: number, total: number, limit: string) {
    super(
      `${count} of ${total} numbers would be moved, rejected or removed, more than maxChange ${limit} allows. ` +
        `If that is meant, confirm this run with MINIVOICE_CONFIRM_CHANGES=${count}`,
    );
  }
}

/**
 * Some of it is done, and the rest is not: what is live is in `outputs`, what is missing in `reasons`.
 * The next run goes on from there.
 */
export class PartialFailure<Outputs extends object = object> extends LifecycleError {
  readonly id: string;
  readonly outputs: Outputs;
  readonly reasons: string[];
  constructor(id: string, outputs: Outputs, reasons: string[]) {
    const shown = firstOf(reasons);
    super(shown.join("\n"));
    this.id = id;
    this.outputs = outputs;
    this.reasons = shown;
  }
}

/**
 * A deletion that was not finished. The engine keeps the state of before, whatever was done by then, so a program that
 * goes back to it would look unchanged.
 *
 * @param mayBeDone - whether something was written, or may have been
 */
export class NotDeleted extends LifecycleError {
  constructor(reasons: string[], mayBeDone: boolean) {
    const wayBack =
      "Part of it may be done, which the state does not show: a program that takes it back needs up --refresh";
    super([...firstOf(reasons), ...(mayBeDone ? [wayBack] : [])].join("\n"));
  }
}

/** The engine stores and prints each reason, so ten thousand of them would bury the first. */
export const firstOf = (reasons: string[]): string[] =>
  reasons.length <= 50
    ? reasons
    : [...reasons.slice(0, 50), `… and ${(reasons.length - 50).toLocaleString("en")} more`];

const assignment = (number: string, target: Target): string =>
  "mode" in target
    ? `set ${number} to reject, with no application,`
    : `assign ${number} to application ${target.applicationId}`;
