/** Who may do what: the owner of the machine everything, a function what the policies of its role allow. */
import type { IdentityStatement } from "../../resources/policy-document.ts";
import { statementsOf } from "../../resources/policy-document.ts";
import type { StateStore } from "../state.ts";
import type { Permission } from "./evaluate-policies.ts";
import { evaluatePolicies } from "./evaluate-policies.ts";

const POLICY_TYPE = "aws:iam/rolePolicy:RolePolicy";

/** Somebody who makes a request. */
export type Principal = "owner" | RoleSession;

/** A role in use. */
export interface RoleSession {
  readonly roleArn: string;
  /** The name of the session; a function's own name. */
  readonly session: string;
}

/** Evaluates the policies of roles, as they are at the time of each request. */
export class Authorizer {
  readonly #state: StateStore;
  readonly #accountId: string;
  readonly #parsed = new Map<string, readonly IdentityStatement[]>();

  constructor(state: StateStore, accountId: string) {
    this.#state = state;
    this.#accountId = accountId;
  }

  /** Why this is refused, in AWS's words; `undefined` when it is allowed. */
  refusal(principal: Principal, wanted: Permission): string | undefined {
    if (principal === "owner") return undefined;
    const decision = evaluatePolicies(this.#statements(principal.roleArn), wanted);
    if (decision === "allow") return undefined;
    const { action, resource } = wanted;
    const reason =
      decision === "explicit deny"
        ? "with an explicit deny in an identity-based policy"
        : `because no identity-based policy allows the ${action} action`;
    return `User: ${this.#sessionArn(principal)} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
  }

  /** True when a role may do all of this. */
  allows(principal: Principal, wanted: readonly Permission[]): boolean {
    return wanted.every((permission) => this.refusal(principal, permission) === undefined);
  }

  #statements(roleArn: string): IdentityStatement[] {
    const role = roleName(roleArn);
    const policies = this.#state.resources(POLICY_TYPE).filter(({ inputs }) => inputs.role === role);
    return policies.flatMap(({ inputs }) => this.#parse(String(inputs.policy)));
  }

  #parse(text: string): readonly IdentityStatement[] {
    const known = this.#parsed.get(text);
    if (known) return known;
    const statements = statementsOf(text);
    this.#parsed.set(text, statements);
    return statements;
  }

  #sessionArn({ roleArn, session }: RoleSession): string {
    return `arn:aws:sts::${this.#accountId}:assumed-role/${roleName(roleArn)}/${session}`;
  }
}

/** The name of a role, without its path. */
function roleName(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
