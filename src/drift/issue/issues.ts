import { type Access, Repository } from "../../review/comment/repository.ts";

/** One issue, as much of it as is looked at here. */
export interface Issue {
  number: number;
  body: string;
  state: "open" | "closed";
}

/** What an issue is to say, and whether anybody has to look at it. */
export interface IssueText {
  title: string;
  body: string;
  state: Issue["state"];
}

/** The issues of a repository on GitHub, through its API. */
export class Issues {
  readonly #repository: Repository;

  constructor(access: Access) {
    this.#repository = new Repository(access);
  }

  /**
   * The oldest issue of an author whose text begins with a mark; anybody else's, whatever it looks like, is none.
   *
   * @param author - the login, such as `github-actions[bot]`
   */
  async find(author: string, mark: string): Promise<Issue | undefined> {
    const all = await this.#repository.list<{
      number: number;
      body: string | null;
      state: Issue["state"];
      user: { login: string } | null;
      pull_request?: unknown;
    }>("issues", { state: "all", creator: author });
    const ours = all.filter(
      // GitHub lists pull requests, too.
      ({ body, user, pull_request: pull }) => !pull && user?.login === author && body?.startsWith(mark),
    );
    ours.sort((one, other) => one.number - other.number);
    const [found] = ours;
    // GitHub stores line ends in its own way.
    return found && { number: found.number, state: found.state, body: (found.body ?? "").replaceAll("\r\n", "\n") };
  }

  /** @returns its number; it is open */
  async create({ title, body }: Pick<IssueText, "title" | "body">): Promise<number> {
    const created = (await this.#repository.request("POST", "issues", { title, body })) as { number: number };
    return created.number;
  }

  async update(number: number, text: IssueText): Promise<void> {
    const reason = text.state === "closed" && { state_reason: "completed" };
    await this.#repository.request("PATCH", `issues/${number}`, { ...text, ...reason });
  }
}
