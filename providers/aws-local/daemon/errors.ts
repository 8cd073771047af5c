/** An error as AWS would answer it. */
export class AwsError extends Error {
  /** AWS's name of the error, such as `ResourceConflictException`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = "AwsError";
    this.code = code;
  }
}
