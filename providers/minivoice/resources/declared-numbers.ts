/** The numbers that each route and each table of this program declares, as far as the program says them in plain text. */
const declared = new Map<symbol, readonly string[]>();

/** Remembers what a resource declares. */
export function declareNumbers(owner: symbol, numbers: readonly string[]): void {
  declared.set(owner, numbers);
}

/** The numbers that other resources declare: known once the program has been read to its end. */
export async function numbersDeclaredElsewhere(owner: symbol): Promise<string[]> {
  await new Promise((resolve) => setImmediate(resolve));
  return [...declared].flatMap(([other, numbers]) => (other === owner ? [] : numbers));
}
