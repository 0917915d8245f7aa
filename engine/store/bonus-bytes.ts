// The bonuses of a top-up as its stored answer tells them (lua/lib/apply-credit.lua only passes
// them on): MessagePack, an array of rule, bucket and amount each. So a repetition tells the same
// whatever the tariff says by then.

import { Packr, Unpackr } from "msgpackr";
import type { Bonus } from "../session/bonus-plan.ts";

export type GivenBonus = {
  readonly ruleId: string;
  readonly bucketId: string;
  readonly amount: number;
};

const options = { useRecords: false, int64AsType: "number" } as const;
const packr = new Packr(options);
const unpackr = new Unpackr(options);

export const packBonuses = (bonuses: readonly Bonus[]): Buffer =>
  Buffer.from(
    packr.pack(bonuses.map(({ ruleId, bucket, amount }) => [ruleId, bucket.bucketId, amount])),
  );

/** `bytes` is empty where there are none. */
export const readBonuses = (bytes: Buffer): readonly GivenBonus[] => {
  if (bytes.length === 0) return [];
  const wire = unpackr.unpack(bytes) as readonly (readonly [string, string, number])[];
  return wire.map(([ruleId, bucketId, amount]) => ({ ruleId, bucketId, amount }));
};
