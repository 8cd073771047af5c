import { type Options, settingsOf } from "./api/settings.ts";

type Limits = Required<Pick<Options, "concurrency" | "requestsPerSecond">>;

/** Data sources ask for little, and before most resources begin. */
const programShare = 0.25;

/**
 * Splits an account's limits between the two processes of a run that send requests: the program with its data sources,
 * and the provider. They know nothing of each other, so each keeps to its part, and together they stay within the whole.
 * Only a single permitted request at once cannot be split: it is one for each.
 *
 * @throws ConfigurationError
 */
export function shareOut<Given extends Options>(options: Given): Record<"program" | "provider", Given & Limits> {
  const { concurrency, requestsPerSecond } = settingsOf(options);
  const forProgram = Math.max(1, Math.floor(concurrency * programShare));
  return {
    program: { ...options, concurrency: forProgram, requestsPerSecond: requestsPerSecond * programShare },
    provider: {
      ...options,
      concurrency: Math.max(1, concurrency - forProgram),
      requestsPerSecond: requestsPerSecond * (1 - programShare),
    },
  };
}
