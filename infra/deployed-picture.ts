import * as pulumi from "@pulumi/pulumi";
import type { Application, DidRouteTable } from "pulumi-minivoice";
import type { ExpectedPicture } from "../src/drift/expected-picture.ts";

/** What was deployed: applications by their key in the voice file, and the table of numbers. */
export interface Deployed {
  applications: Readonly<Record<string, Application>>;
  numbers: DidRouteTable;
}

/**
 * What the account has once the table is written, as it was read back. Of a URL that is a secret it says no more than that:
 * the picture is read by more people than the state.
 */
export function deployedPicture({ applications, numbers }: Deployed): pulumi.Output<ExpectedPicture> {
  const each = Object.entries(applications).map(([key, application]) =>
    pulumi.output(fieldsOf(application)).apply((fields) => [key, fields] as const),
  );
  return pulumi
    .all([pulumi.all(each), numbers.routes])
    .apply(([known, routes]): ExpectedPicture => ({ version: 1, applications: Object.fromEntries(known), routes }));
}

async function fieldsOf({ applicationId, name, customerId, ...urls }: Application) {
  const fields = ["answerUrl", "webhookUrl"] as const;
  const secret = await Promise.all(fields.map((field) => pulumi.isSecret(urls[field])));
  const hidden = fields.filter((_, index) => secret[index]);
  const shown = fields.filter((field) => !hidden.includes(field));
  return {
    id: applicationId,
    name,
    customerId,
    ...Object.fromEntries(shown.map((field) => [field, urls[field]])),
    ...(hidden.length > 0 && { hidden }),
  };
}
