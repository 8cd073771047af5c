/** All functions of the local AWS, by name. */
import type { FunctionServices, FunctionSettings } from "./function-host.ts";
import { FunctionHost } from "./function-host.ts";

/** Holds the host of every function; a new version takes over from the one before. */
export class Functions {
  readonly #services: FunctionServices;
  readonly #hosts = new Map<string, FunctionHost>();
  /** Versions that may still be answering their last invocation. */
  readonly #retired = new Set<FunctionHost>();
  readonly #onUse: (settings: FunctionSettings) => void;

  /** @param onUse Called before a function is handed out for use. */
  constructor(services: FunctionServices, onUse: (settings: FunctionSettings) => void) {
    this.#services = services;
    this.#onUse = onUse;
  }

  /** Makes a version of a function available; its first process starts with its first use. */
  set(settings: FunctionSettings): void {
    this.#replace(settings.name, this.#create(settings));
  }

  /**
   * Makes a version available after proving that its handler loads; until then the version before goes on.
   *
   * @throws AwsError with the runtime's error.
   */
  async setWhenLoaded(settings: FunctionSettings): Promise<void> {
    const host = this.#create(settings);
    await host.load();
    this.#replace(settings.name, host);
  }

  /** @throws Error when there is no such function. */
  host(name: string): FunctionHost {
    const host = this.#hosts.get(name);
    if (!host) throw new Error(`There is no function "${name}".`);
    this.#onUse(host.settings);
    return host;
  }

  delete(name: string): void {
    this.#retire(name);
    this.#hosts.delete(name);
  }

  /** Lets processes go that hold the file of a deleted log group, or none because there was no group. */
  forgetLogGroup(group: string): void {
    for (const host of this.#hosts.values()) if (host.settings.logGroup === group) host.recycle();
  }

  /** Lets processes go that were started when the role's policies were others: they decide where a process logs. */
  forgetRole(roleName: string): void {
    const hosts = [...this.#hosts.values()].filter(({ settings }) => settings.role.endsWith(`/${roleName}`));
    for (const host of hosts) host.recycle();
  }

  killAll(): void {
    for (const host of [...this.#hosts.values(), ...this.#retired]) host.kill();
  }

  #create(settings: FunctionSettings): FunctionHost {
    return new FunctionHost(settings, this.#services);
  }

  #replace(name: string, host: FunctionHost): void {
    this.#retire(name);
    this.#hosts.set(name, host);
  }

  #retire(name: string): void {
    const host = this.#hosts.get(name);
    if (!host) return;
    this.#retired.add(host);
    void host.retire().then(() => this.#retired.delete(host));
  }
}
