import * as pulumi from "@pulumi/pulumi";

/** The name of the rule: nobody but the owner invokes a function past its URL. */
export const PUBLIC_INVOKE = "public-invoke";

const PERMISSION = "aws:lambda/permission:Permission";
/** Any of these narrows down for whom, or on which way, a statement holds. */
const CONDITIONS = ["invokedViaFunctionUrl", "sourceArn", "sourceAccount", "principalOrgId", "eventSourceToken"];
const INVOKE: readonly unknown[] = ["lambda:InvokeFunction", "lambda:*", "*"];

/**
 * Finds, in preview already, each permission that lets everybody invoke a function without its URL: any AWS account could
 * then call it with any event, past the URL's payload format, and at the owner's expense. A public URL needs
 * `lambda:InvokeFunction` for calls through the URL alone, and AWS's provider adds just that.
 *
 * It sees each permission of the program, whoever declares it, after every transform of its own and of its parents.
 *
 * @param found - gets what is wrong and the way out, before the engine is asked to create the permission: what it throws
 * keeps that from happening.
 */
export function watchPublicInvoke(found: (violation: string) => void): void {
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    if (type !== PERMISSION) return undefined;
    const asked = Object.fromEntries(["action", "principal", ...CONDITIONS].map((field) => [field, props[field]]));
    const judge = (known: pulumi.Inputs) => {
      if (isForEverybody(known)) found(explain(name));
      return known.principal;
    };
    if (Object.values(asked).every((value) => typeof value !== "object")) judge(asked);
    // An output is known only later; as long as it is not, the permission waits for the verdict.
    else props.principal = pulumi.output(asked).apply(judge);
    return { props, opts };
  });
}

const isForEverybody = ({ action, principal, ...others }: pulumi.Inputs): boolean =>
  principal === "*" && INVOKE.includes(action) && !CONDITIONS.some((condition) => others[condition]);

const explain = (name: string): string =>
  `permission "${name}" lets everybody invoke the function, not only through its URL: set invokedViaFunctionUrl to true, or ` +
  "leave it out (the provider adds what a public URL needs)";
