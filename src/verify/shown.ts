import { shownUrl } from "pulumi-minivoice/api";

/** A URL as a report may show it. */
export const shown = (url: string | undefined): string => (url === undefined ? "nothing" : shownUrl(url));
