import { MiniVoiceError } from "../api/errors.ts";
import { NotManaged } from "./errors.ts";

/**
 * Awaits a call that only accounts of the capability set `managed` have.
 *
 * @throws NotManaged where the account has not. Where an earlier attempt may have taken effect it has, whatever the last
 * answer says, so that is a lost write.
 */
export async function managed<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof MiniVoiceError && error.isUnsupported && !error.outcomeUnknown) throw new NotManaged(error);
    throw error;
  }
}

/** Awaits a write. One of which nobody knows whether it happened is no failure yet: a read will tell. */
export async function unlessLost(write: Promise<unknown>): Promise<MiniVoiceError | undefined> {
  try {
    await write;
    return undefined;
  } catch (error) {
    if (error instanceof MiniVoiceError && error.outcomeUnknown) return error;
    throw error;
  }
}
