import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { StackFile } from "../../../infra/stack-file.ts";
import { type DeclaredResource, type JobRole, policyFor } from "../../policies/policy.ts";
import type { PreviewStep } from "../../stack-state/preview-step.ts";
import { CliError } from "../cli-error.ts";
import { previewSteps } from "../declared.ts";
import { interruptible } from "../interrupt.ts";
import { prepare } from "../prepare.ts";
import { root } from "../project.ts";
import { openWorkspace } from "../stack-workspace.ts";

/** What IAM takes as an inline policy of a role, white space aside. */
const LONGEST_POLICY = 10_240;

interface PoliciesOptions {
  stack: string;
  role: JobRole;
  account: string;
  region?: string;
  bucket?: string;
  key?: string;
}

/** `minivoice policies`: what the role of a deploying or a reviewing job may do, from the program itself. */
export function register(program: Command): void {
  program
    .command("policies")
    .summary("print the least that a deploying or a reviewing job's role needs")
    .description(
      "Prints an IAM policy as JSON: for every type of resource that the program declares its reads, and its writes for a " +
        "job that deploys, on the resources of those names alone; then the stack's own state, and the key of its secrets. " +
        "Made from a preview, which asks AWS nothing: it works on a newcomer's machine.",
    )
    .option("-s, --stack <name>", "the stack", "production")
    .addOption(
      new Option("--role <role>", "who is given the policy").choices(["deploy", "review"]).makeOptionMandatory(),
    )
    .requiredOption("--account <id>", "the AWS account, twelve digits", accountId)
    .option("--region <region>", "the region (default: aws:region of the stack)")
    .option("--bucket <name>", "the bucket of the state (default: that of PULUMI_BACKEND_URL)")
    .option("--key <id>", "the KMS key of the secrets, alias/<name> or its id (default: the stack's secrets provider)")
    .addHelpText(
      "after",
      "\nExample:\n  aws iam put-role-policy --role-name voice-production-deploy --policy-name voice --policy-document \\\n" +
        '    "$(npx minivoice policies -s production --role deploy --account 123456789012)"',
    )
    .action(async ({ stack, role, ...given }: PoliciesOptions) => {
      const workspace = await openWorkspace(stack);
      await prepare(workspace, { command: "preview" });
      const steps = await interruptible("nothing was changed", (signal) => previewSteps(workspace, signal));
      const name = stack.split("/").at(-1) ?? stack;
      const file = new StackFile(process.env.VOICE_STACKS_DIR || join(root, "stacks"), name);
      const region = given.region ?? process.env.AWS_REGION ?? file.plain("aws:region");
      if (!region) throw new CliError(`the stack ${name} has no aws:region: set it, or use --region`);
      const bucket = given.bucket ?? /^s3:\/\/([^/?]+)/.exec(process.env.PULUMI_BACKEND_URL ?? "")?.[1];
      const key = given.key ?? /^awskms:\/\/\/?([^?]+)/.exec(String(file.fields.secretsprovider ?? ""))?.[1];
      if (!bucket) say("without --bucket or PULUMI_BACKEND_URL the policy opens no state in a bucket");
      if (!key) say("without --key or a secrets provider of AWS KMS the policy opens no secrets");
      const target = { stack: name, project: workspace.project, region, account: given.account, bucket, key };
      const policy = policyFor(role, steps.flatMap(resourceOf), target);
      const length = JSON.stringify(policy).length;
      if (length > LONGEST_POLICY)
        say(
          `the policy has ${length} characters, and a role takes ${LONGEST_POLICY}: part it into two managed policies`,
        );
      process.stdout.write(`${JSON.stringify(policy, null, 2)}\n`);
    });
}

/** A resource that the program declares; what leaves it is deleted by the role that made it. */
export function resourceOf({ urn, newState, oldState }: PreviewStep): DeclaredResource[] {
  const state = newState ?? oldState;
  const logicalName = urn?.split("::").at(-1);
  if (!state || logicalName === undefined) return [];
  const { name, __defaults: defaults } = state.inputs ?? {};
  const chosen = typeof name === "string" && !(Array.isArray(defaults) && defaults.includes("name"));
  return [{ type: state.type, logicalName, ...(chosen && { name }) }];
}

function accountId(value: string): string {
  if (/^\d{12}$/.test(value)) return value;
  throw new InvalidArgumentError(`"${value}" is no AWS account: write its twelve digits.`);
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
