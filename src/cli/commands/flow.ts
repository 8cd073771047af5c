import { type Command, InvalidArgumentError, Option } from "commander";
import { diagramOf } from "../../call-flow/diagram.ts";
import type { Flow } from "../../call-flow/flow.ts";
import { walkFlow } from "../../call-flow/walk.ts";
import { CliError, messageOf, USAGE } from "../cli-error.ts";
import { renderFlow, renderSummaries, summaryOf } from "../flow-outline.ts";
import { svgOf } from "../flow-svg.ts";
import { loadFlows } from "../load-flows.ts";
import { LOCAL_STACK } from "../project.ts";
import { writeWhole } from "../write-whole.ts";

interface FlowOptions {
  stack: string;
  diagram?: true;
  svg?: true | string;
  json?: true;
  limit: number;
}

/** `minivoice flow`: what callers meet in a call flow. */
export function register(program: Command): void {
  program
    .command("flow")
    .summary("list the call flows, read one, or draw it")
    .description(
      "Without a name: the call flows of src/flows. With one: what is said in each step and where it leads, and every path " +
        "that a caller can take. Reads the source on this machine, and asks no account.",
    )
    .argument("[name]", "the flow, such as receptionist")
    .option("-s, --stack <name>", "the stack whose directory names the destinations", LOCAL_STACK)
    .addOption(new Option("--diagram", "print it as Mermaid text").conflicts(["svg", "json"]))
    .addOption(new Option("--svg [file]", "draw it as SVG, into the file or on standard output").conflicts("json"))
    .option("--json", "print the list, or the flow with its paths, as JSON")
    .option("--limit <paths>", "how many paths to show at most", positive, 1_000)
    .addHelpText(
      "after",
      "\nThe exit code is 64 for a flow or a stack that is not known, 1 for a flow that is not valid.\n\nExamples:\n" +
        "  minivoice flow\n" +
        "  minivoice flow receptionist\n" +
        "  minivoice flow receptionist --stack production    with the numbers that live callers are put through to\n" +
        "  minivoice flow receptionist --diagram             for a page of documentation\n" +
        "  minivoice flow receptionist --svg receptionist.svg",
    )
    .action(async (name: string | undefined, options: FlowOptions) => {
      const flows = await flowsOf(options.stack);
      if (name === undefined) process.stdout.write(list(flows, options));
      else await show(name, flowNamed(name, flows), options);
    });
}

function list(flows: Record<string, Flow>, { stack, diagram, svg, json }: FlowOptions): string {
  if (diagram || svg) throw new CliError(`name the flow to draw: ${Object.keys(flows).join(", ")}`, USAGE);
  const summaries = Object.entries(flows).map(([name, flow]) => summaryOf(name, flow));
  return json ? `${JSON.stringify({ stack, flows: summaries }, null, 2)}\n` : `${renderSummaries(summaries)}\n`;
}

async function show(name: string, flow: Flow, { stack, diagram, svg, json, limit }: FlowOptions): Promise<void> {
  if (diagram) return void process.stdout.write(diagramOf(flow));
  if (svg) return draw(await svgOf(diagramOf(flow)), svg);
  const summary = summaryOf(name, flow);
  const walk = walkFlow(flow, { limit });
  process.stdout.write(
    json
      ? `${JSON.stringify({ stack, ...summary, flow, walk }, null, 2)}\n`
      : renderFlow(summary, flow, walk, process.stdout),
  );
}

function draw(svg: string, file: true | string): void {
  if (file === true) return void process.stdout.write(`${svg}\n`);
  writeWhole(file, `${svg}\n`);
  process.stderr.write(`written to ${file}\n`);
}

async function flowsOf(stack: string): Promise<Record<string, Flow>> {
  const { flowsFor } = await loadFlows();
  try {
    return flowsFor(stack);
  } catch (error) {
    // A flow that is not valid says so itself; any other reason is the stack that was asked for.
    throw error instanceof Error && error.name === "FlowError" ? error : new CliError(messageOf(error), USAGE);
  }
}

function flowNamed(name: string, flows: Record<string, Flow>): Flow {
  const flow = Object.hasOwn(flows, name) ? flows[name] : undefined;
  if (!flow) throw new CliError(`unknown flow "${name}"; known flows: ${Object.keys(flows).join(", ")}`, USAGE);
  return flow;
}

function positive(value: string): number {
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new InvalidArgumentError("It is a whole number, 1 or more.");
}
