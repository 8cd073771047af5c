import type { DaemonState } from "../background/state-files.ts";

/** An alarm of the local AWS that is on. Nobody is notified there, so it is shown where people look. */
export interface AlarmOn {
  name: string;
  /** RFC 3339. */
  since: string;
  /** What it means, and what to do. */
  description?: string;
}

/** The alarms that are on, or `undefined` where no local AWS runs. */
export async function alarmsOn(aws: DaemonState | undefined): Promise<AlarmOn[] | undefined> {
  if (!aws) return undefined;
  try {
    const response = await fetch(`${aws.url}/alarms`, { headers: { authorization: `Bearer ${aws.token}` } });
    if (!response.ok) return undefined;
    const { alarms } = (await response.json()) as { alarms: (AlarmOn & { state: string })[] };
    return alarms
      .filter(({ state }) => state === "ALARM")
      .map(({ name, since, description }) => ({ name, since, ...(description !== undefined && { description }) }));
  } catch {
    // It ended a moment ago.
    return undefined;
  }
}
