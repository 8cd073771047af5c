/** What a resource can claim for itself in one engine run. */
export type Claim = `number ${string}` | `application named ${string}`;

/**
 * What the program of this engine run declares, under whatever resource.
 *
 * The engine deletes last, and it deletes by resource, not by number: after a rename the old resource is deleted although
 * its number lives on under the new one. `check` runs for everything that the program declares, before any delete, so a
 * delete can ask here whether the number or the application has found another home.
 */
export class Claims {
  readonly #byOwner = new Map<string, ReadonlySet<Claim>>();
  readonly #announced = new Set<Claim>();
  readonly #settled = new Map<Claim, string>();
  readonly #letGo = new Set<Claim>();
  readonly #applications = new Map<string, { name: string; owner: string }>();

  /**
   * Records what `owner` declares, in place of what it declared before (a replacement is checked twice).
   *
   * @returns the claims that another owner holds already, with that owner
   */
  declare(owner: string, claims: readonly Claim[]): { claim: Claim; holder: string }[] {
    this.#byOwner.set(owner, new Set(claims));
    return claims.flatMap((claim) => {
      const holder = this.#holderOf(claim, owner);
      return holder ? [{ claim, holder }] : [];
    });
  }

  /** Whether the program of this run declares the resource, as it is called now. */
  isDeclared(owner: string): boolean {
    return this.#byOwner.has(owner);
  }

  /** Records what the program declares under a resource that has not been checked yet. */
  announce(claims: readonly Claim[]): void {
    for (const claim of claims) this.#announced.add(claim);
  }

  has(claim: Claim): boolean {
    return this.#announced.has(claim) || this.#holderOf(claim) !== undefined;
  }

  /** Records a number that routes as declared according to the state, so that the resource which declares it does not look. */
  settle(claim: Claim, entry: string): void {
    this.#settled.set(claim, entry);
  }

  /**
   * Records that a resource gives up what another one declares. After a run that failed half way the state of both may hold
   * it, and what the state of the other one says need not be live any more.
   *
   * @returns what {@link settle} recorded: nobody but the one that gives it up will look. Else the other one will, see
   * {@link isInDoubt}, or has.
   */
  letGo(claim: Claim): string | undefined {
    this.#letGo.add(claim);
    return this.#settled.get(claim);
  }

  /** Whether another resource has given up this claim in this run. */
  wasLetGo(claim: Claim): boolean {
    return this.#letGo.has(claim);
  }

  /** Whether another resource has given up anything that `owner` declares, so that `owner` must look. */
  isInDoubt(owner: string): boolean {
    const claims = this.#byOwner.get(owner);
    return [...this.#letGo].some((claim) => claims?.has(claim));
  }

  /**
   * Records an application that `owner` created, adopted or keeps in this run, under the name that it is to have.
   *
   * @returns the resource that keeps the same application already
   */
  keepApplication(id: string, name: string, owner: string): string | undefined {
    const holder = this.#applications.get(id)?.owner;
    if (holder !== undefined && holder !== owner) return holder;
    this.#applications.set(id, { name, owner });
    return undefined;
  }

  keepsApplication(id: string): boolean {
    return this.#applications.has(id);
  }

  /** Whether the program renames this application to something else than `name`, which it may bear for a moment longer. */
  movesApplicationFrom(id: string, name: string): boolean {
    const kept = this.#applications.get(id);
    return kept !== undefined && kept.name !== name;
  }

  /** Whether a resource declares this name whose application is not known yet, so that any application could be the one. */
  awaitsApplicationNamed(name: string): boolean {
    return (
      this.has(`application named ${name}`) && ![...this.#applications.values()].some((kept) => kept.name === name)
    );
  }

  #holderOf(claim: Claim, except?: string): string | undefined {
    for (const [owner, claims] of this.#byOwner) if (owner !== except && claims.has(claim)) return owner;
    return undefined;
  }
}
