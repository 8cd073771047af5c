declare module "dynalite" {
  import type { Server } from "node:http";

  /** Options that are used here; see dynalite's README. Times in milliseconds. */
  interface Options {
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }

  export default function dynalite(options?: Options): Server;
}
