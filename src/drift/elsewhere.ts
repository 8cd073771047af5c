import { accountOf, mayBeOneAccount, stacksIn } from "../../infra/account.ts";
import { readVoiceFile } from "../../infra/voice-file.ts";
import type { Elsewhere } from "./find-unmanaged.ts";

/** What the voice files of the other stacks in the same account declare, as far as they can be read. */
export function declaredElsewhere(directory: string, stack: string): Elsewhere {
  const account = accountOf(directory, stack);
  const others = stacksIn(directory).filter(
    (other) => other !== stack && mayBeOneAccount(account, accountOf(directory, other)),
  );
  const claims = others.flatMap((other) => readVoiceFile(directory, other, []).claims ?? []);
  const values = (wanted: (typeof claims)[number]["kind"]) =>
    new Set(claims.filter(({ kind }) => kind === wanted).map(({ value }) => value));
  return { numbers: values("number"), applicationNames: values("application name") };
}
