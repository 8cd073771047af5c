import type { Context } from "./context.ts";
import { ForeignCustomer } from "./errors.ts";

/**
 * What a read found, or `undefined` if it is gone. What a key of another account cannot show is not gone: it would be
 * forgotten, and made anew where it does not belong.
 *
 * @param id - of the object that was asked for
 * @param recorded - the customer that it belongs to, as far as the state knows
 * @throws ForeignCustomer
 */
export async function foundOrGone<Item extends { id: string; customer_id?: string | undefined }>(
  context: Context,
  id: string,
  found: Item | undefined,
  recorded: string | undefined,
): Promise<Item | undefined> {
  if (found || recorded === undefined) return guarded(context, found, recorded);
  const customers = (await context.inventory.applications()).map(({ customer_id: customer }) => customer);
  const other = customers.find((customer) => customer !== undefined && customer !== recorded);
  if (other !== undefined && !customers.includes(recorded))
    throw new ForeignCustomer(`the account, which does not have ${id},`, other, recorded, "the state");
  return undefined;
}

/**
 * The object, unless it belongs to a customer that this stack has nothing to do with.
 *
 * @param recorded - the customer that it belongs to according to the state
 * @throws ForeignCustomer
 */
export function guarded<Item extends { id: string; customer_id?: string | undefined }>(
  { customerId }: Pick<Context, "customerId">,
  object: Item | undefined,
  recorded?: string,
): Item | undefined {
  const found = object?.customer_id;
  if (!object || !found) return object;
  if (customerId && found !== customerId)
    throw new ForeignCustomer(object.id, found, customerId, "minivoice:customerId");
  if (recorded && found !== recorded) throw new ForeignCustomer(object.id, found, recorded, "the state");
  return object;
}
