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

/** A number that is not as declared yet, and of which the run leaves the rest to a person or to a later run. */
export abstract class Pending extends LifecycleError {
  readonly live: Did;
  constructor(live: Did, message: string) {
    super(`pending: ${message}`);
    this.live = live;
  }
}

/** A person has to make the change, and has not yet. */
export class AssignmentPending extends Pending {
  constructor(live: Did, target: Target) {
    super(
      live,
      `${assignment(live.number_e164, target)} in the account setup (now: ${describeLive(live)}), then run up again`,
    );
  }
}

/** What was reviewed is not what would be written over. */
export class NotAsReviewed extends Pending {
  constructor(live: Did, objection: string) {
    super(live, `${live.number_e164} was not written, because ${objection} (MINIVOICE_EXPECT): review it again`);
  }
}

/** The API accepted a write, but a read does not show it. */
export class WriteNotApplied extends LifecycleError {
  readonly live: Did | Application | undefined;
  constructor(what: string, wanted: string, found: string, live?: Did | Application) {
    super(
      `${what} was written, but does not show it: wanted ${wanted}, found ${found}. Run up again; if it stays, ask the vendor`,
    );
    this.live = live;
  }
}

/** Another application has this name, and names are all that tells one application from another before it has an id. */
export class ApplicationNameTaken extends LifecycleError {
  constructor(name: string, ids: string[]) {
    super(
      ids.length === 1
        ? `the account already has an application "${name}" (${ids[0]}) that differs from this declaration: choose another name, or take it over with adopt: true`
        : `the account has ${ids.length} applications "${name}" (${ids.join(", ")}): rename or delete all but one in the account setup`,
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

/** The object belongs to another customer of the vendor. */
export class ForeignCustomer extends LifecycleError {
  constructor(id: string, found: string, expected: string) {
    super(
      `${id} belongs to customer ${found}, but this stack is for ${expected} (minivoice:customerId): is the API key that of another environment?`,
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

/** Numbers that could not be taken out of service. */
export class NotReleased extends LifecycleError {
  constructor(reasons: string[]) {
    super(firstOf(reasons).join("\n"));
  }
}

/** The engine stores and prints each reason, so ten thousand of them would bury the first. */
const firstOf = (reasons: string[]): string[] =>
  reasons.length <= 50
    ? reasons
    : [...reasons.slice(0, 50), `… and ${(reasons.length - 50).toLocaleString("en")} more`];

const assignment = (number: string, target: Target): string =>
  "mode" in target
    ? `set ${number} to reject, with no application,`
    : `assign ${number} to application ${target.applicationId}`;
