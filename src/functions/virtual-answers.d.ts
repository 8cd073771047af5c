/** The environment's compiled call flows; the bundler of `infra` writes this module into the answer function. */
declare module "virtual:answers" {
  const answers: import("../call-flow/compile.ts").CompiledAnswers;
  export default answers;
}
