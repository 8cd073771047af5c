import { type Command, InvalidArgumentError } from "commander";
import { isE164 } from "pulumi-minivoice/lifecycle";
import { connectSandbox } from "../sandbox-connection.ts";
import { renderTranscript, wentWell } from "../transcript.ts";

interface CallOptions {
  from?: string;
  press: string[];
  timeout?: true;
  hangup?: true;
  cancel?: true;
  json?: true;
}

/** `minivoice call`: places a call in the sandbox and shows what the caller lives through. */
export function register(program: Command): void {
  program
    .command("call")
    .summary("call a number of the MiniVoice sandbox and read the transcript")
    .description(
      "Calls a number through the MiniVoice sandbox, a simulator: number → application → answer_url → actions, with\n" +
        "the webhooks that the application is sent. Nobody's telephone rings, and speech takes no real time.",
    )
    .argument("<number>", "the number to call, such as +15551230001", e164)
    .option("--from <number>", "the caller's number", e164)
    .option("-p, --press <keys>", "what the caller presses at the next question (repeatable)", keys, [])
    .option(
      "--timeout",
      "the caller stays silent once the presses are used up (as without it; then --hangup, if given)",
    )
    .option("--hangup", "the caller hangs up at the next question, once the presses are used up")
    .option("--cancel", "the caller hangs up before the call is answered")
    .option("--json", "print the call as JSON")
    .addHelpText(
      "after",
      "\nThe exit code is 0 if the call was answered and completed, 1 if not.\n\nExamples:\n" +
        "  minivoice call +15551230001 --press 1\n" +
        "  minivoice call +15551230001 --press 7 --press 1    a wrong key, then a right one\n" +
        "  minivoice call +15551230001 --timeout              a caller who presses nothing",
    )
    .action(async (to: string, { from, press, timeout, hangup, cancel, json }: CallOptions) => {
      const { control } = await connectSandbox();
      const script = { press, silence: timeout ?? false, hangup: hangup ?? false, cancel: cancel ?? false };
      const call = await control.placeCall({ to, ...script, ...(from && { from }) });
      process.stdout.write(
        json ? `${JSON.stringify(call, null, 2)}\n` : renderTranscript(call, { stream: process.stdout }),
      );
      if (!wentWell(call)) process.exitCode = 1;
    });
}

function e164(value: string): string {
  if (isE164(value)) return value;
  throw new InvalidArgumentError(`"${value}" is no E.164 number: write it as +15551230001.`);
}

function keys(value: string, previous: string[]): string[] {
  if (/^[0-9*#A-D]+$/.test(value)) return [...previous, value];
  throw new InvalidArgumentError(`"${value}" cannot be pressed: a telephone has 0-9, *, # and A-D.`);
}
