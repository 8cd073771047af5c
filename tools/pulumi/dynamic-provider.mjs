/**
 * The host of dynamic providers, ending with its engine. Pulumi's own script for it is a shell that outlives a killed engine,
 * and its host does too until it has loaded a provider that watches; it also starts Node twice.
 */
import { createRequire, flushCompileCache } from "node:module";
import { watchEngine } from "../../providers/minivoice/engine-watch.ts";

watchEngine(process.argv[2], () => process.exit(1));
createRequire(import.meta.url)("@pulumi/pulumi/cmd/dynamic-provider");
// The engine ends it with a signal, and then Node keeps nothing of what it compiled. Providers are loaded when they are needed.
setInterval(flushCompileCache, 250).unref();
