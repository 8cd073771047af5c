import { styleText } from "node:util";
import type { CallRecord } from "../sandbox/control-client.ts";

type Entry = CallRecord["transcript"][number];
type Delivery = CallRecord["deliveries"][number];
type Style = Parameters<typeof styleText>[0];

/** Where the text goes: colours follow from it (none for a file, none under NO_COLOR). */
export interface Look {
  stream: NodeJS.WriteStream;
}

/**
 * A call as a person reads it: who said and pressed what, where actions came from, and what became of each webhook.
 *
 * @returns lines that end in a line feed.
 * @example process.stdout.write(renderTranscript(call, { stream: process.stdout }));
 */
export function renderTranscript(call: CallRecord, { stream }: Look): string {
  const paint = (style: Style, text: string) => styleText(style, text, { stream });
  const start = Date.parse(call.startedAt);
  const lines = call.transcript.map((entry) => {
    const { who, text, style } = lineOf(entry, call.wire);
    return `${paint("dim", clock(Date.parse(entry.at) - start))}  ${paint("bold", who.padEnd(9))}  ${style ? paint(style, text) : text}`;
  });
  const events = call.deliveries.map((delivery) => {
    const { text, style } = fateOf(delivery);
    return `       ${delivery.event.padEnd(19)}  ${paint(style, text)}`;
  });
  const urls = [...new Set(call.deliveries.map(({ url }) => url))];
  const webhooks = events.length > 0 ? ["", `Webhooks to ${urls.join(", ")}`, ...events] : [];
  return `${[...lines, ...webhooks, "", verdict(call, paint)].join("\n")}\n`;
}

/** Whether the caller was answered and the call ended as calls should. */
export const wentWell = ({ answered, wire }: CallRecord): boolean => answered && wire.status === "completed";

function lineOf(entry: Entry, wire: CallRecord["wire"]): { who: string; text: string; style?: Style } {
  switch (entry.kind) {
    case "dialed":
      return { who: "caller", text: `${entry.from} calls ${entry.to}` };
    case "routed":
      return { who: "MiniVoice", text: `routes to ${entry.applicationName} (${entry.applicationId})` };
    case "refused":
      return { who: "MiniVoice", text: `refuses the call: ${entry.reason}`, style: "red" };
    case "fetched":
      return { who: entry.cause === "redirect" ? "redirect" : "answer", ...requestLine(entry, wire) };
    case "answered":
      return { who: "MiniVoice", text: "answers" };
    case "said":
      return { who: "flow", text: `“${entry.text}”`, style: "cyan" };
    case "asked": {
      const terms = `waits ${entry.timeoutSeconds} s for ${entry.expects}`;
      return { who: "flow", text: entry.prompt ? `“${entry.prompt}” (${terms})` : terms, style: "cyan" };
    }
    case "gathered":
      return { who: "caller", text: gathered(entry), style: "yellow" };
    case "connected":
      return {
        who: "flow",
        text: `${entry.action} to ${entry.destination}, who answers and talks for ${entry.talkedSeconds} s`,
        style: "green",
      };
    case "joined":
      return { who: "flow", text: `conference room ${entry.room}, for ${entry.stayedSeconds} s`, style: "green" };
    case "did":
      return { who: "flow", text: entry.text };
    case "note":
      return { who: "note", text: entry.text, style: "dim" };
    case "hung-up":
      return { who: hangUps[entry.by].who, text: hangUps[entry.by].text };
    case "failed":
      return { who: "MiniVoice", text: `gives up: ${entry.reason}`, style: "red" };
  }
}

const hangUps = {
  caller: { who: "caller", text: "hangs up" },
  platform: { who: "MiniVoice", text: "ends the call: the action list is done" },
  conversation: { who: "caller", text: "the conversation is over" },
};

function gathered({ digits, ended, discarded }: Extract<Entry, { kind: "gathered" }>): string {
  const pressed = digits && `presses ${digits}`;
  if (ended === "hangup") return "does not answer";
  if (ended === "timeout") return pressed ? `${pressed}, then stays silent` : "stays silent";
  return `${pressed || "presses the finish key only"}${discarded ? ` (${discarded} came too early and is lost)` : ""}`;
}

/** The call's own data goes with every request and is left out: what the caller pressed is what a reader looks for. */
function requestLine(entry: Extract<Entry, { kind: "fetched" }>, { id, from, to }: CallRecord["wire"]) {
  const { method, url, sent, sentIn, status, error, durationMs, actions } = entry;
  const pressed = Object.entries(sent).filter(([, value]) => ![id, from, to].includes(value));
  const parameters = pressed.map(([name, value]) => ` with ${name}=${value} (${sentIn})`).join("");
  const came = status === undefined ? error : `${status} in ${durationMs} ms`;
  const list = actions ? `: ${actions.join(", ") || "no actions"}` : "";
  return {
    text: `${method} ${url}${parameters} → ${came}${list}`,
    ...(actions === undefined && { style: "red" as const }),
  };
}

function fateOf({ state, attempts }: Delivery): { text: string; style: Style } {
  const last = attempts.at(-1);
  const came = last && (last.status === undefined ? (last.error ?? "") : `${last.status} in ${last.durationMs} ms`);
  const times = attempts.length > 1 ? `, ${attempts.length} attempts` : "";
  if (state === "accepted") return { text: `accepted: ${came}${times}`, style: "green" };
  if (state === "given-up") return { text: `given up: ${came}${times}`, style: "red" };
  return { text: last ? `waits for its next attempt: ${came}` : "is being sent", style: "yellow" };
}

function verdict(call: CallRecord, paint: (style: Style, text: string) => string): string {
  const lost = call.deliveries.filter(({ state }) => state === "given-up").length;
  const webhooks = lost > 0 ? paint("red", `; ${lost} of ${call.deliveries.length} webhooks were not accepted`) : "";
  const outcome = wentWell(call)
    ? paint("green", "answered and completed")
    : paint("red", call.failure ? `${call.wire.status}: ${call.failure}` : call.wire.status);
  return `Call ${call.wire.id}: ${outcome}${webhooks}`;
}

/** Minutes and seconds since the first ring. */
const clock = (ms: number): string =>
  `${String(Math.floor(ms / 60_000)).padStart(2)}:${String(Math.floor(ms / 1_000) % 60).padStart(2, "0")}`;
