import type { Action } from "./action-schema.ts";

/**
 * An action in a few words, for people.
 *
 * @example describeAction({ type: "transfer", destination: "+15550100123" }) // "transfer to +15550100123"
 */
export function describeAction(action: Action): string {
  switch (action.type) {
    case "say":
      return quoted(action.text);
    case "gather":
      return [...(action.prompt === undefined ? [] : [quoted(action.prompt)]), `(${describeGather(action)})`].join(" ");
    case "send_digits":
      return `send the digits ${action.digits}${action.pause_before_ms ? ` after ${action.pause_before_ms} ms` : ""}`;
    case "redirect":
      return `go on at ${action.url}`;
    case "transfer":
    case "bridge":
      return `${action.type} to ${action.destination}`;
    case "conference":
      return `conference room ${action.room}${described([action.mute && "muted", action.end_on_exit && "ends when this caller leaves"])}`;
    case "hold":
      return "put on hold";
    case "resume":
      return "take off hold";
    case "mute":
    case "unmute":
      return `${action.type} ${action.direction === "both" ? "both directions" : action.direction}`;
    case "start_recording":
      return "start recording";
    case "stop_recording":
      return "stop recording";
    case "start_stream":
      return `stream ${action.track ?? "sound"} to ${action.stream_url}`;
    case "stop_stream":
      return `stop streaming${action.stream_url === undefined ? "" : ` to ${action.stream_url}`}`;
  }
}

/** Without line feeds, control characters and marks that turn the direction of writing, which nobody hears. */
export const plain = (text: string): string => text.replaceAll(/[\p{C}\p{Z}\s]+/gu, " ").trim();

const quoted = (text: string): string => `“${plain(text)}”`;

/** What is waited for: `1 digit, 5 s`. */
function describeGather({
  num_digits,
  min_digits,
  max_digits,
  timeout_seconds,
  finish_on_key,
}: Extract<Action, { type: "gather" }>): string {
  const count =
    max_digits === undefined
      ? `${num_digits ?? 1}`
      : (min_digits ?? 1) === max_digits
        ? `${max_digits}`
        : `${min_digits ?? 1} to ${max_digits}`;
  return [
    `${count} ${count === "1" ? "digit" : "digits"}`,
    ...(finish_on_key === undefined ? [] : [`ends with ${finish_on_key}`]),
    ...(timeout_seconds === undefined ? [] : [`${timeout_seconds} s`]),
  ].join(", ");
}

const described = (parts: (string | false | undefined)[]): string => {
  const said = parts.filter(Boolean);
  return said.length > 0 ? ` (${said.join(", ")})` : "";
};
