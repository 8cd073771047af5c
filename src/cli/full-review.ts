import type { Context } from "pulumi-minivoice/lifecycle";
import { CouldNotReview } from "../review/could-not-review.ts";
import type { Review } from "../review/review.ts";
import { type ReviewRequest, reviewProject } from "../review/review-project.ts";
import { openAccount } from "./account.ts";
import { shortName } from "./drift-check.ts";
import { type EnginePreviewed, previewEngine } from "./engine-preview.ts";
import { readReality } from "./reality.ts";
import { recordedCallCounts } from "./recorded-call-counts.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** A full review, with the preview and the state that it was made from. */
export interface FullReview {
  review: Review;
  preview: EnginePreviewed;
}

/**
 * Reviews the working tree against its base, the state and, with `live`, the account. Changes nothing, and takes no lock.
 *
 * @param request - `stack` as after `-s`.
 * @throws CouldNotReview with every reason and the way out.
 * @example const { review, preview } = await reviewFully({ stack: "production", project: root, packages, signal });
 */
export async function reviewFully(
  request: Omit<ReviewRequest, "engine"> & { live?: boolean; signal: AbortSignal },
): Promise<FullReview> {
  const { live = false, signal, ...rest } = request;
  let preview: EnginePreviewed | undefined;
  const engine = async () => {
    const told = await previewEngine(request.stack, signal);
    preview = told;
    const { workspace, exported, standing } = told;
    if (live && standing === "copy")
      throw new CouldNotReview(
        `--live: ${request.stack} is only a copy with dummy secrets here, so its account cannot be read: set PULUMI_BACKEND_URL or ` +
          "PULUMI_ACCESS_TOKEN, and MINIVOICE_API_KEY",
      );
    const [recorded, reality] = await Promise.all([
      rest.calls || standing !== "deployed" ? undefined : recordedCallCounts(workspace, exported, signal),
      live ? inAccount(workspace, signal, (account) => readReality(account, exported, told)) : undefined,
    ]);
    return { preview: told, calls: recorded?.calls, reality, notes: recorded?.note ? [recorded.note] : [] };
  };
  const review = await reviewProject({ ...rest, signal, stack: shortName(request), engine });
  return { review, preview: preview as EnginePreviewed };
}

async function inAccount<Result>(
  workspace: StackWorkspace,
  signal: AbortSignal,
  read: (account: Context) => Promise<Result>,
): Promise<Result> {
  const account = await openAccount(workspace, signal);
  const stop = () => account.client.stop("interrupted");
  signal.addEventListener("abort", stop);
  try {
    return await read(account);
  } finally {
    signal.removeEventListener("abort", stop);
    await account.client.close();
  }
}
