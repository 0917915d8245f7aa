// When time alone changes an account: each renewal and each expiry that lies ahead. For a clock
// that is moved: none of them may be passed over as if the account had slept.

import { duesAt } from "./dues.ts";
import type { Profile } from "./profile.ts";

/**
 * In (after, until], ascending. `lateUseMs`: for so long after its end a bucket still pays for use
 * of before; then what is left expires. `ownEnds`: of validities that the account itself knows.
 */
export const dueMoments = (
  profile: Profile,
  { after, until }: { readonly after: number; readonly until: number },
  { lateUseMs, ownEnds }: { readonly lateUseMs: number; readonly ownEnds: readonly number[] },
): readonly number[] => {
  const moments = new Set<number>(ownEnds);
  for (const bucket of profile.buckets) {
    if (bucket !== null) moments.add(bucket.validUntil + lateUseMs);
  }
  for (let at = after; at <= until; ) {
    at = duesAt(profile, at).validUntil;
    moments.add(at);
  }
  return [...moments].filter((at) => after < at && at <= until).sort((a, b) => a - b);
};
