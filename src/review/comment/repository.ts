/** What of GitHub's API a job reaches: where it is, whose repository, and with what right. */
export interface Access {
  /** Such as `https://api.github.com`. */
  api: string;
  /** `owner/name`. */
  repository: string;
  token: string;
}

const PAGE = 100;

/** A repository on GitHub, through its API. */
export class Repository {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  /**
   * @param path - below the repository
   * @throws Error with the status of an answer that is none
   */
  async request(method: string, path: string, body?: object): Promise<unknown> {
    const { api, repository, token } = this.#access;
    const response = await fetch(`${api}/repos/${repository}/${path}`, {
      method,
      headers: { accept: "application/vnd.github+json", authorization: `Bearer ${token}` },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}`);
    return response.json();
  }

  /** All pages of a list, one behind the other. */
  async list<Item>(path: string, query: Record<string, string> = {}): Promise<Item[]> {
    const all: Item[] = [];
    for (let page = 1; ; page++) {
      const asked = new URLSearchParams({ ...query, per_page: String(PAGE), page: String(page) });
      const some = (await this.request("GET", `${path}?${asked}`)) as Item[];
      all.push(...some);
      if (some.length < PAGE) return all;
    }
  }
}
