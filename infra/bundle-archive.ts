import * as pulumi from "@pulumi/pulumi";
import { type BundleSource, bundle } from "./bundle.ts";
import { contentFile } from "./content-file.ts";

/** A bundle as what `aws.lambda.Function` takes for code: Pulumi hashes the file and zips it. */
export async function bundleArchive(source: BundleSource): Promise<pulumi.asset.Archive> {
  return new pulumi.asset.AssetArchive({ "index.mjs": await contentFile("bundles", await bundle(source), ".mjs") });
}
