#!/usr/bin/env node
/** `npx minivoice …` under whatever Node is on PATH: the front door finds the one that runs the project. */
import { main } from "../../tools/bootstrap.mjs";

await main("minivoice", process.argv.slice(2));
