/**
 * Pulumi takes a stack trace of every resource and every output, and maps each back to the TypeScript that its own code was made
 * from: a seventh of what this program takes. What runs here is not compiled, so its positions are right without any map.
 */
Reflect.deleteProperty(Error, "prepareStackTrace");
