import { checkInputs } from "../../../providers/aws-local/plugin/check.ts";
import { resourceTypes } from "../../../providers/aws-local/resources/index.ts";
import type { Properties, ResourceType } from "../../../providers/aws-local/resources/resource-type.ts";

/** What the plugin makes of the inputs of a resource named `answer`. */
export function check(token: string, plain: Properties, more: { olds?: Properties; secrets?: string[][] } = {}) {
  const type = resourceTypes.get(token) as ResourceType;
  const { olds = {}, secrets = [] } = more;
  return checkInputs({ type, name: "answer", seed: Buffer.from("seed"), olds, news: { plain, secrets } });
}
