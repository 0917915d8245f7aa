// Random refunds, each of an event that the model has charged, whole or in part; and enquiries.

import fc from "fast-check";
import type { Model } from "../../../engine/simulation/model.ts";
import { amountMax } from "../../../engine/values/units.ts";

type Parts<U, S> = {
  readonly account: fc.Arbitrary<number>;
  readonly offset: fc.Arbitrary<number>;
  readonly used: fc.Arbitrary<U>;
  readonly said: fc.Arbitrary<S>;
};

export const onceMessages = <U, S>({ account, offset, used, said }: Parts<U, S>) => ({
  refunds: fc.record({
    ...{ kind: fc.constant("refund" as const), account, offset },
    ...{ id: fc.nat(9), event: fc.nat(9) },
    /** Of what the event used; undefined: all that is left. */
    part: fc.constantFrom(undefined, 0.1, 0.5, 0.5, 1, 1.5),
  }),
  enquiries: fc.record({ kind: fc.constant("enquiry" as const), account, offset, used, said }),
});

type Wish = {
  readonly event: number;
  /** Of what the event used; undefined: all that is left. */
  readonly part: number | undefined;
};

/** Of an event that was charged, if there is one. */
export const refundOf = ({ events }: Model, accountId: string, { event, part }: Wish) => {
  const ids = [...events.current.keys()].filter((key) => key.startsWith(`${accountId} `));
  const key = ids[event % ids.length] ?? `${accountId} request-${event}`;
  const taken = part === undefined ? [] : (events.current.get(key)?.taken ?? []);
  const used = taken.map(({ ratingGroup, used: units }) => {
    return { ratingGroup, usedUnit: Math.min(amountMax, Math.ceil(Number(units) * part!)) };
  });
  return [key.slice(accountId.length + 1), used] as const;
};
