// An account as Redis has it beside the same account as the journal tells it, of the same moment:
// every bucket, counter, session and hold. What differs becomes a problem of the account.

import { isRuleState } from "../balance/companions.ts";
import { bucketCell } from "../balance/profile.ts";
import { type AccountValue, readAccountValue } from "./account-value.ts";
import { type DerivedAccount, type Drift, noteProblem } from "./audit-derived.ts";
import { addHolds } from "./audit-holds.ts";
import { bucketName } from "./audit-layout.ts";
import { cellStride, fields, readSum } from "./audit-sums.ts";
import { accountLayout } from "./lua-constants.ts";

export const compareAccount = (account: DerivedAccount, value: Buffer | null): Drift => {
  if (value === null) {
    noteProblem(account, "it is in the journal, but not in Redis");
    return account.layout.buckets.map((_, slot) => -accountedFor(account, slot));
  }
  const read = tryRead(value);
  if (read === undefined) {
    noteProblem(account, "its value in Redis cannot be read");
    return [];
  }
  compareProfile(account, read);
  compareBuckets(account, read);
  compareCounters(account, read);
  compareSessions(account, value, read);
  return read.buckets.map(({ remaining, reserved }, slot) => {
    const isWhole = Number.isSafeInteger(remaining) && Number.isSafeInteger(reserved);
    const held = isWhole ? BigInt(remaining) + BigInt(reserved) : 0n;
    return held - accountedFor(account, slot);
  });
};

/** What was credited, and neither debited nor expired. */
const accountedFor = ({ cells }: DerivedAccount, slot: number): bigint => {
  const at = slot * cellStride;
  if (at >= cells.length) return 0n;
  const gone = readSum(cells, at + fields.debited) + readSum(cells, at + fields.expired);
  return readSum(cells, at + fields.credited) - gone;
};

const tryRead = (value: Buffer): AccountValue | undefined => {
  try {
    const read = readAccountValue(value);
    return read.layout === accountLayout ? read : undefined;
  } catch {
    return undefined;
  }
};

const compareProfile = (account: DerivedAccount, { profileVersion }: AccountValue): void => {
  if (profileVersion === account.profileVersion) return;
  const versions = `${profileVersion} in Redis, ${account.profileVersion} in the journal`;
  noteProblem(account, `its profile version is ${versions}`);
};

const compareBuckets = (account: DerivedAccount, { buckets }: AccountValue): void => {
  const { cells, layout } = account;
  if (buckets.length !== layout.buckets.length) {
    const counts = `${buckets.length} in Redis, ${layout.buckets.length} in the journal`;
    noteProblem(account, `its number of bucket slots is ${counts}`);
  }
  for (const [slot, bucket] of buckets.entries()) {
    const at = slot * cellStride;
    for (const field of ["remaining", "reserved"] as const) {
      const derived = cells[at + fields[field]] ?? 0;
      if (bucket[field] === derived) continue;
      const amounts = `${bucket[field]} in Redis, ${derived} by the journal`;
      noteProblem(account, `${bucketName(layout, slot)}: ${field} is ${amounts}`);
    }
    const held =
      BigInt(cells[at + fields.remaining] ?? 0) + BigInt(cells[at + fields.reserved] ?? 0);
    const accounted = accountedFor(account, slot);
    if (held !== accounted) {
      const sums = `${held} remaining and reserved, ${accounted} credited and not gone`;
      noteProblem(account, `${bucketName(layout, slot)}: the journal has ${sums}`);
    }
  }
};

const compareCounters = (account: DerivedAccount, { counters }: AccountValue): void => {
  for (const [slot, counter] of counters.entries()) {
    const derived = account.counters[slot];
    const { id } = account.layout.counters[slot] ?? {};
    if (derived === undefined || isRuleState(id ?? "")) continue;
    const name = `counter ${id ?? "(none)"} in slot ${slot}`;
    if (derived.period !== counter.period) {
      const periods = `${counter.period} in Redis, ${derived.period} by the journal`;
      noteProblem(account, `${name} is in period ${periods}`);
    }
    if (Number.isNaN(derived.value) || derived.value === counter.value) continue;
    const values = `${counter.value} in Redis, ${derived.value} by the journal`;
    noteProblem(account, `${name} is ${values}`);
  }
};

const compareSessions = (account: DerivedAccount, value: Buffer, read: AccountValue): void => {
  const cells = new Float64Array(256);
  const open = readStates(value);
  for (const [id, state] of open) {
    addHolds(cells, state, 1);
    const known = account.sessions?.get(id);
    if (known === undefined) noteProblem(account, `session ${id} is open in Redis alone`);
    else if (!known.equals(state)) noteProblem(account, `session ${id} has another state in Redis`);
  }
  for (const id of account.sessions?.keys() ?? []) {
    if (!open.has(id)) noteProblem(account, `session ${id} is open in the journal alone`);
  }
  for (const [slot, { reserved }] of read.buckets.entries()) {
    const held = cells[bucketCell(slot)]!;
    if (held === reserved) continue;
    const sums = `${reserved} reserved, but open sessions hold ${held}`;
    noteProblem(account, `${bucketName(account.layout, slot)}: ${sums}`);
  }
};

/** The open sessions' states as they stand in a value that could be read. */
const readStates = (value: Buffer): ReadonlyMap<string, Buffer> => {
  const states = new Map<string, Buffer>();
  const cellsAt = value.length - 16 * (value[1]! + value[2]!);
  for (let at = 7; at < cellsAt; ) {
    const end = at + 2 + value.readUInt16LE(at);
    const stateAt = at + 3 + value[at + 2]!;
    states.set(value.toString("latin1", at + 3, stateAt), value.subarray(stateAt, end));
    at = end;
  }
  return states;
};
