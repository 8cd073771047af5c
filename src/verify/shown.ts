import { shownAnswerUrl } from "../call-flow/shown-answer-url.ts";

/** An address of a function as a report shows it: whoever knows the host can ask for answers, and a report travels. */
export const shown = (url: string | undefined): string => (url === undefined ? "nothing" : shownAnswerUrl(url));
