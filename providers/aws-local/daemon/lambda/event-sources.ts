import type { EventSourceServices, EventSourceSettings } from "./event-source.ts";
import { EventSource } from "./event-source.ts";

/** The event source mappings that are at work, by their ID. */
export class EventSources {
  readonly #running = new Map<string, EventSource>();

  /** Starts a mapping, in place of the one of this ID before. */
  async start(id: string, settings: EventSourceSettings, services: EventSourceServices): Promise<void> {
    await this.stop(id);
    this.#running.set(id, new EventSource(settings, services));
  }

  /** Stops a mapping; none is no error. */
  async stop(id: string): Promise<void> {
    const source = this.#running.get(id);
    this.#running.delete(id);
    await source?.stop();
  }

  /** What became of the last batch. */
  lastResult(id: string): string | undefined {
    return this.#running.get(id)?.lastResult;
  }

  /** Stops all of them at once, and waits for what their functions are working on. */
  async close(): Promise<void> {
    const sources = [...this.#running.values()];
    await Promise.all([...this.#running.keys()].map((id) => this.stop(id)));
    await Promise.all(sources.map((source) => source.quiet()));
  }
}
