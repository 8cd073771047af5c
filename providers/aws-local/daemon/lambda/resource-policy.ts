/** Evaluates the resource policy of a function for a caller without AWS credentials. */
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
