import { type Access, Repository } from "./repository.ts";

/** One comment, as much of it as is looked at here. */
export interface Comment {
  id: number;
  body: string;
  author: string;
}

/** The pull requests of a repository on GitHub, through its API. */
export class PullRequests {
  readonly #repository: Repository;

  constructor(access: Access) {
    this.#repository = new Repository(access);
  }

  /** The open pull request whose head is this very commit; none where somebody has pushed since. */
  async withHead(head: { owner: string; branch: string; commit: string }): Promise<number | undefined> {
    const query = new URLSearchParams({ state: "open", head: `${head.owner}:${head.branch}` });
    const found = (await this.#repository.request("GET", `pulls?${query}`)) as {
      number: number;
      head: { sha: string };
    }[];
    return found.find(({ head: { sha } }) => sha === head.commit)?.number;
  }

  async comments(pullRequest: number): Promise<Comment[]> {
    const all = await this.#repository.list<{ id: number; body: string; user: { login: string } | null }>(
      `issues/${pullRequest}/comments`,
    );
    return all.map(({ id, body, user }) => ({ id, body, author: user?.login ?? "" }));
  }

  create = (pullRequest: number, body: string): Promise<unknown> =>
    this.#repository.request("POST", `issues/${pullRequest}/comments`, { body });

  update = (comment: number, body: string): Promise<unknown> =>
    this.#repository.request("PATCH", `issues/comments/${comment}`, { body });
}
