/**
 * The flow `receptionist` as it is usually written: by hand, as a function of where the caller is and what was typed. Both
 * usual ways use it, so that they differ in what is around it alone.
 */
const say = (text: string) => ({ say: { text } });
const transfer = (destination: string) => ({ type: "transfer", destination });
const gather = { gather: { prompt: "Press 1 for support", num_digits: 1, timeout_seconds: 5 } };
const sorry = say("Sorry, that is not one of the choices.");
const ATTEMPTS = 2;

/** What a request is answered with, and how that is named in the log. */
export interface Answer {
  outcome: string;
  actions: object[];
}

/** Whoever cannot be understood gets a person. */
export const operator = [say("One moment please, a colleague will take your call."), transfer("+15550100001")];

/** For applications that there are none of. */
export const apology = [
  say("We are sorry, your call cannot be answered at the moment. Please try again later. Goodbye."),
];

/**
 * @param attempt - how often the menu was heard; absent at the beginning of a call.
 * @param answerUrl - where redirects lead, without the name of the choice.
 */
export function receptionist(attempt: number | undefined, digits: string, answerUrl: string): Answer {
  const ask = (next: number) => [gather, { type: "redirect", url: `${answerUrl}/menu.${next}`, max_redirects: 20 }];
  if (attempt === undefined) return { outcome: "start", actions: [say("Thanks for calling."), ...ask(1)] };
  if (attempt > ATTEMPTS) return { outcome: "unknown_choice", actions: operator };
  if (digits === "") return { outcome: "silence", actions: [say("We did not hear a choice."), ...operator] };
  if (digits === "1")
    return {
      outcome: "key",
      actions: [say("Connecting you to support."), transfer("sip:support@local.example.com")],
    };
  return { outcome: "wrong", actions: [sorry, ...(attempt < ATTEMPTS ? ask(attempt + 1) : operator)] };
}
