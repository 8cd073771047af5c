import * as z from "zod";
import { MiniVoiceError } from "./errors.ts";
import { Http } from "./http.ts";
import {
  type Application,
  type ApplicationFields,
  applicationListSchema,
  applicationSchema,
  type Did,
  didListSchema,
  didSchema,
  eachApplicationSchema,
  type RouteChange,
  type Unreadable,
} from "./schema.ts";
import { type Options, settingsOf } from "./settings.ts";

/**
 * The MiniVoice API, one method a call. Calls marked *managed* belong to the extension that is assumed for accounts
 * whose API does more than is documented; other accounts answer them with 404 or 405.
 *
 * Every method throws {@link MiniVoiceError}; the constructor throws `ConfigurationError`.
 *
 * @example
 * const client = new MiniVoiceClient({ apiKey: process.env.MINIVOICE_API_KEY ?? "" });
 * const did = await client.dids.byNumber("+15551230001");
 */
export class MiniVoiceClient {
  readonly applications: ApplicationCalls;
  readonly dids: DidCalls;
  readonly #http: Http;

  readonly #apiKey: string;

  constructor(options: Options) {
    this.#apiKey = options.apiKey;
    this.#http = new Http(settingsOf(options));
    this.applications = new ApplicationCalls(this.#http);
    this.dids = new DidCalls(this.#http);
  }

  /** Whether this is the key that the client works with. */
  uses(apiKey: string): boolean {
    return apiKey === this.#apiKey;
  }

  /** Resolves once no request is under way: the time to ask once for what many wait for. */
  idle(): Promise<void> {
    return this.#http.idle();
  }

  /** Ends what is under way and refuses every later request. */
  stop(reason: string): void {
    this.#http.stop(reason);
  }

  /** Waits for what is under way and closes the connections. */
  close(): Promise<void> {
    return this.#http.close();
  }
}

const nothing = z.unknown().transform(() => undefined);
const path = (...segments: string[]) => `/v1/${segments.map(encodeURIComponent).join("/")}`;

/** The calls that concern applications. */
export class ApplicationCalls {
  readonly #http: Http;
  constructor(http: Http) {
    this.#http = http;
  }

  /** All applications of the account. Pages are not documented; they are followed where an account has them. */
  list(): Promise<Application[]> {
    return allPages((query) => this.#http.send("GET", `/v1/applications${query}`, applicationListSchema));
  }

  /** As {@link list}, for whoever only looks: one that is not as documented does not hide the others. */
  listEach(): Promise<(Application | Unreadable)[]> {
    return allPages((query) => this.#http.send("GET", `/v1/applications${query}`, eachApplicationSchema));
  }

  /** The only answer that ever shows `api_key`. Never repeated: after an unknown outcome, list before trying again. */
  create(fields: ApplicationFields): Promise<Application> {
    return this.#http.send("POST", "/v1/applications", applicationSchema, fields);
  }

  /** *managed.* Writes the given fields only. */
  update(id: string, fields: Partial<ApplicationFields>): Promise<Application> {
    return this.#http.send("PATCH", path("applications", id), applicationSchema, fields);
  }

  /** *managed.* An application that is gone already counts as deleted. */
  async delete(id: string): Promise<void> {
    try {
      await this.#http.send("DELETE", path("applications", id), nothing);
    } catch (error) {
      if (!(error instanceof MiniVoiceError && error.provesAbsence)) throw error;
    }
  }
}

/** The calls that concern numbers. */
export class DidCalls {
  readonly #http: Http;
  constructor(http: Http) {
    this.#http = http;
  }

  /** The number, or `undefined` when the API itself says that the account has none such. */
  byNumber(number: string): Promise<Did | undefined> {
    // The vendor shows a raw `+` in this path.
    return presentOrAbsent(this.#http.send("GET", `/v1/dids/by-number/${number}`, didSchema));
  }

  get(id: string): Promise<Did | undefined> {
    return presentOrAbsent(this.#http.send("GET", path("dids", id), didSchema));
  }

  /** *managed.* One absolute write: repeating it changes nothing. */
  update(id: string, change: RouteChange): Promise<Did> {
    return this.#http.send("PATCH", path("dids", id), didSchema, change);
  }

  /** Whether the account has the list of numbers, which is *managed*: asks for one of them, and writes nothing. */
  async hasList(): Promise<boolean> {
    try {
      await this.#http.send("GET", "/v1/dids?limit=1", didListSchema);
      return true;
    } catch (error) {
      // A list is never "not found", whatever the code says.
      if (error instanceof MiniVoiceError && [404, 405].includes(error.status)) return false;
      throw error;
    }
  }

  /** *managed.* All numbers of the account, page by page. */
  list(pageSize = 1_000): Promise<Did[]> {
    return allPages(
      (query) => this.#http.send("GET", `/v1/dids${query || `?limit=${pageSize}`}`, didListSchema),
      pageSize,
    );
  }
}

async function presentOrAbsent<Item>(request: Promise<Item>): Promise<Item | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof MiniVoiceError && error.provesAbsence) return undefined;
    throw error;
  }
}

/** Follows `next_cursor`; an empty page is not the last one, and a cursor that comes back ends nothing, so it is an error. */
async function allPages<Item>(
  fetchPage: (query: string) => Promise<{ data: Item[]; next_cursor?: string | undefined }>,
  pageSize?: number,
): Promise<Item[]> {
  const items: Item[] = [];
  const seen = new Set<string>();
  let query = "";
  for (;;) {
    const { data, next_cursor: cursor } = await fetchPage(query);
    items.push(...data);
    if (!cursor) return items;
    if (seen.has(cursor))
      throw new MiniVoiceError({
        status: 200,
        code: "invalid_response",
        requestLine: "GET (list)",
        message: "MiniVoice returned the same next_cursor twice, so the list would never end",
      });
    seen.add(cursor);
    query = `?${pageSize ? `limit=${pageSize}&` : ""}cursor=${encodeURIComponent(cursor)}`;
  }
}
