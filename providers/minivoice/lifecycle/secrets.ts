const secretProperties = ["apiKey", "webhookSecret", "value", "previous"];

/** The secrets among the properties of resources, so that an error that quotes one can be shown without it. */
export const secretsIn = (...resources: readonly (object | undefined)[]): string[] =>
  resources
    .flatMap((properties) => Object.entries(properties ?? {}))
    .flatMap(([name, value]) => (secretProperties.includes(name) && typeof value === "string" ? [value] : []));
