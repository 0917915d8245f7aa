// What the journal has of an account besides operations: profiles, and sessions that were closed
// because nobody continued them.

import { bucketCell, type Profile } from "../balance/profile.ts";
import type { ProfileRecord } from "../cdr/journal-record.ts";
import { readSessionState } from "../cdr/session-state.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import type { AccountRecord } from "../store/journal-account.ts";
import type { Explanation } from "./explanation.ts";
import { bucketNamed } from "./names.ts";
import type { AccountSoFar } from "./replay-account.ts";

type Stamp = { readonly journalId: string; readonly at: number; readonly accountId: string };

const plain = (record: Stamp, { version, currency }: Profile) => ({
  journalId: record.journalId,
  accountId: record.accountId,
  at: record.at,
  eventTimestamp: record.at,
  subscriber: `account-${record.accountId}`,
  profileVersion: version,
  code: resultCodes.SUCCESS.number,
  costMicros: 0,
  movement: undefined,
  refund: undefined,
  dues: [],
  uses: [],
  rulesHit: [],
  currency,
});

export const explainProfile = (record: ProfileRecord): Explanation => ({
  ...plain(record, record.profile),
  ...{ index: 0, what: "putAccount", id: "", sequence: 0, tariffVersion: 0 },
  balances: [],
  problems: [],
});

export const explainClosing = (
  { profile, sessions, problems }: AccountSoFar,
  { record, index }: Extract<AccountRecord, { kind: "closed" }>,
): Explanation => {
  const { sequence, tariffVersion } = readSessionState(record.state);
  const open = sessions.get(record.id);
  const isKnown = open === undefined || open.sequence === sequence;
  const other = `session ${record.id} stood at ${open?.sequence}, it was closed at ${sequence}`;
  return {
    ...plain(record, profile),
    ...{ index, what: "expire", id: record.id, sequence, tariffVersion },
    balances: record.changes.map(({ slot, ...amounts }) => ({
      ...bucketNamed(profile, bucketCell(slot)),
      remainingBefore: amounts.remainingBefore,
      reservedBefore: amounts.reservedBefore,
      remainingAfter: amounts.remainingAfter,
      reservedAfter: amounts.reservedAfter,
    })),
    problems: isKnown ? problems : [...problems, other],
  };
};
