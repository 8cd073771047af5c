import { cpus, loadavg, totalmem } from "node:os";

/** Where and when something was measured. */
export interface Circumstances {
  date: string;
  machine: string;
  /** Processes that wanted a processor, on average over the minute before. */
  loadBefore: number;
}

export function circumstances(): Circumstances {
  const [loadBefore = 0] = loadavg();
  const [cpu] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpu?.model.trim() ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
    loadBefore,
  };
}

export const renderCircumstances = ({ date, machine, loadBefore }: Circumstances): string =>
  `Measured on ${date}: ${machine}; ${loadBefore.toFixed(1)} processes wanted a processor in the minute before.`;
