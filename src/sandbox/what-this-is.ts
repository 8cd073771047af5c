/** Said by `GET /sandbox`, by the command's help and in the README: nobody may take this for MiniVoice. */
export const whatThisIs =
  "A simulator of the MiniVoice voice API on this machine. It carries no telephone calls and knows no more of " +
  "MiniVoice than the published contract; where that is silent it assumes, and says what.";

/** What it refuses, rather than pretending. */
export const refusals = [
  "POST /v1/trunks: trunks are not simulated (501 not_simulated)",
  "POST /v1/calls: outbound calls are not simulated (501 not_simulated)",
  "sound: speech, recordings and media streams exist in the transcript and as webhooks only",
  "fields and actions that the contract does not name",
];

/** With each request that it sends. */
export const userAgent = { "user-agent": "MiniVoice-Sandbox (simulator)" };
