// A place in a shard's journal. Redis writes it "ms-number"; the ledger keeps it as one number that
// sorts the same way: ms since 1970 times 2^20, plus the number of the entry within the ms.

/** A million entries of one ms, and until the year 2248 they fit a bigint of Postgres. */
const numberBits = 20n;
const msMax = 2 ** 43 - 1;
const numbers = 2 ** Number(numberBits);

export type JournalPosition = bigint;

export const journalBegin: JournalPosition = 0n;

/** Throws where it is none of Redis'. */
export const positionOf = (journalId: string): JournalPosition => {
  const [, ms, number] = /^(\d{1,13})-(\d{1,7})$/.exec(journalId) ?? [];
  if (ms === undefined || number === undefined || Number(number) >= numbers || Number(ms) > msMax) {
    throw new Error(`"${journalId}" is no id of a journal entry`);
  }
  return (BigInt(ms) << numberBits) + BigInt(number);
};

export const journalIdOf = (position: JournalPosition): string =>
  `${position >> numberBits}-${position % BigInt(numbers)}`;

/** ms since 1970. */
export const momentOf = (position: JournalPosition): number => Number(position >> numberBits);

/** Of the first entry that there may be at that moment; none is before 1970 or after 2248. */
export const positionAt = (moment: number): JournalPosition =>
  BigInt(Math.min(Math.max(moment, 0), msMax)) << numberBits;
