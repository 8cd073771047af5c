/** Evaluates the resource policy of a function for those who call it without a role: everybody, and services of AWS. */
import { matchesArn } from "../iam/evaluate-policies.ts";
import type { PolicyStatement } from "../state.ts";

/** The two statements that AWS's provider adds when it creates a public function URL. */
export const PUBLIC_STATEMENTS: readonly PolicyStatement[] = [
  {
    statementId: "FunctionURLAllowPublicAccess",
    action: "lambda:InvokeFunctionUrl",
    principal: "*",
    functionUrlAuthType: "NONE",
  },
  {
    statementId: "FunctionURLAllowInvokeAction",
    action: "lambda:InvokeFunction",
    principal: "*",
    invokedViaFunctionUrl: true,
  },
];

/** True when anybody may call the function through its URL: both actions must be allowed, each by some statement. */
export function allowsEverybody(statements: readonly PolicyStatement[]): boolean {
  const open = statements.filter((s) => s.principal === "*" && !s.sourceAccount && !s.sourceArn);
  const url = open.some((s) => s.action === "lambda:InvokeFunctionUrl" && (s.functionUrlAuthType ?? "NONE") === "NONE");
  const invoke = open.some((s) => s.action === "lambda:InvokeFunction" && (s.invokedViaFunctionUrl ?? true));
  return url && invoke;
}

/** True when a service of AWS may invoke the function for one of its own resources. */
export function allowsService(
  statements: readonly PolicyStatement[],
  { principal, sourceArn, accountId }: { principal: string; sourceArn: string; accountId: string },
): boolean {
  return statements.some(
    (s) =>
      s.action === "lambda:InvokeFunction" &&
      (s.principal === principal || s.principal === "*") &&
      (s.sourceArn === undefined || matchesArn(s.sourceArn, sourceArn)) &&
      (s.sourceAccount ?? accountId) === accountId &&
      s.invokedViaFunctionUrl !== true,
  );
}
