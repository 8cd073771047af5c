import Table from "cli-table3";

/** Rows as aligned columns without lines, so that a row can be copied. */
export function columns(rows: string[][]): string {
  const none = { top: "", bottom: "", left: "", right: "", mid: "", middle: "  " };
  const lines = Object.fromEntries(
    ["top", "bottom", "left", "right"].flatMap((side) =>
      ["", "-mid", "-left", "-right"].map((end) => [side + end, ""]),
    ),
  );
  const chars = { ...lines, ...none, "left-mid": "", "mid-mid": "", "right-mid": "" };
  const printed = new Table({ chars, style: { "padding-left": 0, "padding-right": 0, head: [], border: [] } });
  printed.push(...rows);
  return printed.toString().replace(/ +$/gm, "");
}
