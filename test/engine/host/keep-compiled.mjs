import { flushCompileCache } from "node:module";

setInterval(flushCompileCache, 250).unref();
