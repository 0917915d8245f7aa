// Records as the journal has them, of subscribers of the demo catalogue: sessions of three updates,
// half of them paid by an allowance, and calls abroad that money pays. Made before the clock runs.

import type { JournalRecord, OperationRecord } from "../../engine/cdr/journal-record.ts";
import { ratingGroups } from "../traffic/kinds.ts";

const noBytes = Buffer.alloc(0);
export const beganAt = Date.parse("2026-11-01T10:00:00Z");
const mebi = 1024 * 1024;

/** u8 length and ASCII, field after field: only the called number and the network are there. */
const saidOf = (calledNumber: string, network: string): Buffer =>
  Buffer.concat(
    [calledNumber, network].map((text) => Buffer.from([text.length, ...Buffer.from(text)])),
  );

const information = saidOf("+33612345678", "26201");

type Told = Pick<OperationRecord, "accountId" | "verb" | "id" | "sequence" | "cost" | "usage"> & {
  readonly debited: readonly [slot: number, amount: number];
};

const recordOf = (number: number, told: Told): OperationRecord => {
  const { debited, ...rest } = told;
  const [slot, amount] = debited;
  return {
    ...rest,
    ...{ journalId: `${beganAt + number}-0`, at: beganAt + number, tariffVersion: 1, code: 2001 },
    changes: [
      {
        ...{ slot, remainingBefore: amount, reservedBefore: 0, remainingAfter: 0 },
        ...{ reservedAfter: 0, credited: 0, debited: amount, renewed: 0, expired: 0 },
      },
    ],
    ...{ remarks: [], amount: 0, movement: undefined, answer: noBytes },
    said: {
      eventTimestamp: beganAt + number,
      identifierPlace: 0,
      serviceInformation: information,
      usedBeforeUntil: [],
    },
  };
};

/** Slot 0 is the allowance, the last one money: as `profileOf` makes the account. */
export const ledgerRecords = (
  count: number,
  accounts: number,
  moneySlot: number,
): readonly JournalRecord[] =>
  Array.from({ length: count }, (_, number): JournalRecord => {
    const [session, step] = [Math.floor(number / 4), number % 4];
    const isCall = session % 2 === 0;
    const ratingGroup = isCall ? ratingGroups.voiceInternational : ratingGroups.web;
    const used = step === 0 ? 0 : isCall ? 95 : 5 * mebi;
    const cost = isCall ? Math.ceil(used / 60) * 290_000 : 0;
    return recordOf(number, {
      accountId: `a${session % accounts}`,
      verb: step === 0 ? "initiate" : step === 3 ? "terminate" : "update",
      ...{ id: `s${session}`, sequence: step, cost },
      debited: isCall ? [moneySlot, cost] : [0, used],
      usage: [
        { ratingGroup, publication: 1, used, overrun: 0, granted: 0, code: 2001, counters: [] },
      ],
    });
  });
