/** One comment, as much of it as is looked at here. */
export interface Comment {
  id: number;
  body: string;
  author: string;
}

/** The pull requests of a repository on GitHub, through its API. */
export class PullRequests {
  readonly #api: string;
  readonly #repository: string;
  readonly #token: string;

  constructor({ api, repository, token }: { api: string; repository: string; token: string }) {
    this.#api = api;
    this.#repository = repository;
    this.#token = token;
  }

  /** The open pull request whose head is this very commit; none where somebody has pushed since. */
  async withHead(head: { owner: string; branch: string; commit: string }): Promise<number | undefined> {
    const query = new URLSearchParams({ state: "open", head: `${head.owner}:${head.branch}` });
    const found = (await this.#request("GET", `pulls?${query}`)) as { number: number; head: { sha: string } }[];
    return found.find(({ head: { sha } }) => sha === head.commit)?.number;
  }

  async comments(pullRequest: number): Promise<Comment[]> {
    const PAGE = 100;
    const all: Comment[] = [];
    for (let page = 1; ; page++) {
      const path = `issues/${pullRequest}/comments?per_page=${PAGE}&page=${page}`;
      const some = (await this.#request("GET", path)) as { id: number; body: string; user: { login: string } | null }[];
      all.push(...some.map(({ id, body, user }) => ({ id, body, author: user?.login ?? "" })));
      if (some.length < PAGE) return all;
    }
  }

  create = (pullRequest: number, body: string): Promise<unknown> =>
    this.#request("POST", `issues/${pullRequest}/comments`, { body });

  update = (comment: number, body: string): Promise<unknown> =>
    this.#request("PATCH", `issues/comments/${comment}`, { body });

  async #request(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#api}/repos/${this.#repository}/${path}`, {
      method,
      headers: { accept: "application/vnd.github+json", authorization: `Bearer ${this.#token}` },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}`);
    return response.json();
  }
}
