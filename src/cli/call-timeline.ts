import { stripVTControlCharacters, styleText } from "node:util";
import { bodyFields } from "../webhooks/call-event.ts";
import { instantOf } from "../webhooks/call-record.ts";
import { UNREADABLE } from "../webhooks/event.ts";
import type { ListedCall, RecordedEvent } from "../webhooks/recorded-calls.ts";
import { columns } from "./table.ts";

/** Application ID → name. */
type Names = ReadonlyMap<string, string>;

/**
 * The time line of a call as a person reads it.
 *
 * @returns lines that end in a line feed.
 */
export function renderTimeline(events: readonly RecordedEvent[], names: Names, stream: NodeJS.WriteStream): string {
  const dim = (text: string) => styleText("dim", text, { stream });
  const marked = (text: string) => styleText("yellow", text, { stream });
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) return "";
  const start = instantOf(first).getTime();
  const known = (field: "from" | "to" | "direction" | "applicationId") =>
    events.findLast((event) => event[field])?.[field];
  const application = known("applicationId");
  const facts = [
    [known("direction"), known("from") && `${known("from")} → ${known("to") ?? "?"}`].filter(Boolean).join(" "),
    application && `${names.get(application) ?? "application"} (${application})`,
    events.findLast(({ status }) => status)?.status,
  ];
  const rows = events.map((event) => {
    const at = instantOf(event);
    return [
      dim(at.toISOString()),
      elapsed(at.getTime() - start),
      shown(event.event),
      shown(detailOf(event)),
      marked(marksOf(event).join(", ")),
    ];
  });
  const title = `${styleText("bold", `Call ${shown(first.callId)}`, { stream })}: ${facts
    .filter(Boolean)
    .map((fact) => shown(fact ?? ""))
    .join(", ")}`;
  return `${title}\n${columns(rows)}\n`;
}

/** What of an event a person looks for. */
export function detailOf({ event, body = "", bodyEncoding, status }: RecordedEvent): string {
  const { data } = bodyEncoding ? { data: {} } : bodyFields(event, body);
  if (event !== "call.gathered") return status && !event.endsWith(`.${status}`) ? status : "";
  const { digits, timed_out: timedOut } = data as { digits?: string; timed_out?: boolean };
  const pressed = digits ? `pressed ${digits}` : "pressed nothing";
  return timedOut ? `${pressed}, then silence` : pressed;
}

/** What sets an event apart from one that came as it should. */
export function marksOf({ standing, bodyBytes, event, receivedAt, signedAt }: RecordedEvent): string[] {
  const waited = () => elapsed(Date.parse(receivedAt) - Date.parse(signedAt)).slice(1);
  return [
    ...(standing === "late" ? [`late: came ${waited()} after it was signed`] : []),
    ...(standing === "quarantined" ? [`quarantined: came ${waited()} after it was signed, no hook ran`] : []),
    ...(bodyBytes === undefined ? [] : [`too large: its body of ${bodyBytes.toLocaleString("en")} bytes was not kept`]),
    ...(event === UNREADABLE ? ["no event: the body could not be read"] : []),
  ];
}

/** Calls, a row each. */
export function renderCalls(calls: readonly ListedCall[], names: Names): string {
  const rows = calls.map(({ callId, latestAt, latestEvent, status = "", from = "", to = "", applicationId = "" }) =>
    [
      latestAt.replace(/\.\d+Z$/, "Z"),
      callId,
      from || to ? `${from || "?"} → ${to || "?"}` : "",
      names.get(applicationId) ?? applicationId,
      status || latestEvent,
    ].map(shown),
  );
  return `${columns([["LATEST EVENT", "CALL", "FROM → TO", "APPLICATION", "STATUS"], ...rows])}\n`;
}

/** What was sent may hold anything; a terminal would obey its control characters. */
export const shown = (text: string): string => stripVTControlCharacters(text).replace(/\p{Cc}|\p{Cf}/gu, "�");

/** Such as `+0:07` or `+1:02:03`. */
function elapsed(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `+${hours}:${two(minutes)}:${two(rest)}` : `+${minutes}:${two(rest)}`;
}
