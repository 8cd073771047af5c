/** An error whose message is ours from beginning to end, so that a log may show it: it quotes nothing that was sent. */
export class ExplainedError extends Error {
  override name = "ExplainedError";
}
