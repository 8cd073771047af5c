import { randomInt } from "../random.ts";

const EVENTS = ["call.created", "call.answered", "call.gathered", "call.completed"];

/**
 * The bodies of the events of many calls, some of them twice, in an order that has nothing to do with the one in which they
 * happened. No two events have a body in common. The same for the same seed.
 *
 * @param duplicates - the share that is delivered twice.
 */
export function deliveriesOf(events: number, duplicates: number, seed: number): string[] {
  const random = randomInt(seed);
  const begun = Date.now() - 60 * 60_000;
  const bodies = Array.from({ length: events }, (_, index) => bodyOf(index, begun));
  const again = shuffled(bodies, random).slice(0, Math.round(events * duplicates));
  return shuffled([...bodies, ...again], random);
}

function bodyOf(index: number, begun: number): string {
  const call = Math.floor(index / EVENTS.length);
  const event = EVENTS[index % EVENTS.length] as string;
  const id = `call_bench.${call}`;
  const createdAt = new Date(begun + call * 100 + (index % EVENTS.length) * 5_000).toISOString();
  return JSON.stringify({
    event,
    created_at: createdAt,
    call: {
      id,
      customer_id: "cust_bench",
      application_id: "app_bench",
      status: event === "call.completed" ? "completed" : "in_progress",
      direction: "inbound",
      from: "+15551239999",
      to: "+15551230001",
    },
    variables: {},
    // The contract shows the key with some events and not with others, so half of the calls come without.
    data: {
      ...(event === "call.gathered" && { digits: "1", timed_out: false, status: "completed" }),
      ...(call % 2 === 0 && { event_key: `${id}:${event}` }),
    },
  });
}

function shuffled<Item>(items: readonly Item[], random: (below: number) => number): Item[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random(last + 1);
    [result[last], result[other]] = [result[other] as Item, result[last] as Item];
  }
  return result;
}
