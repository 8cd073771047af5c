import { type Failure, render } from "../render/index.ts";
import { markerOf } from "../render/markdown.ts";
import type { Review } from "../review.ts";
import type { PullRequests } from "./pull-requests.ts";

/** What became of the comment. */
export type Posted = "created" | "updated" | "unchanged" | "nothing to say";

/**
 * Sees to it that a pull request has one comment with this report: the one that is there is brought up to date, and none is
 * made to say nothing.
 *
 * @param author - whose comments are ours; anybody else's, whatever it looks like, is left alone.
 */
export async function postComment(
  pullRequests: PullRequests,
  pullRequest: number,
  report: Review | Failure,
  author: string,
): Promise<Posted> {
  const body = render(report, "markdown", { width: 120, colours: false });
  const marker = markerOf({ about: "review", stack: report.stack });
  const comments = await pullRequests.comments(pullRequest);
  const ours = comments.find((comment) => comment.author === author && comment.body.startsWith(marker));
  if (!ours) {
    if (report.outcome === "nothing to say") return "nothing to say";
    await pullRequests.create(pullRequest, body);
    return "created";
  }
  // GitHub stores line ends in its own way.
  if (ours.body.replaceAll("\r\n", "\n").trim() === body.trim()) return "unchanged";
  await pullRequests.update(ours.id, body);
  return "updated";
}
