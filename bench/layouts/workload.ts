// The same updates for every candidate: a realistic account has four buckets, three counters and
// two open sessions with two rating groups each. Any session of any account may be next; a call
// names an account once.

import { nextBelow, randomFrom } from "../../engine/values/random.ts";
import { ratingGroups } from "../traffic/kinds.ts";

export const bucketCount = 4;
export const counterCount = 3;
export const sessionCount = 2;

const mebi = 1024 * 1024;

/** What a rating group of a session draws on; slots count from 0. */
export type Group = {
  readonly ratingGroup: number;
  readonly bucket: number;
  readonly counter: number;
  readonly quota: number;
  /** What is left of a grant when it is reported is less than this. */
  readonly smallestUse: number;
};

const data = (ratingGroup: number, quotaMebi: number): Group => ({
  ratingGroup,
  bucket: 0,
  counter: 0,
  quota: quotaMebi * mebi,
  smallestUse: 1_400,
});

/** By session, two each. */
export const groups: readonly (readonly [Group, Group])[] = [
  [data(ratingGroups.video, 20), data(ratingGroups.social, 5)],
  [
    data(ratingGroups.interactive, 10),
    {
      ratingGroup: ratingGroups.voiceNational,
      bucket: 1,
      counter: 1,
      quota: 60,
      smallestUse: 1,
    },
  ],
];

export const credited = 2 ** 45;

export type Update = {
  readonly account: number;
  readonly session: number;
  readonly group: number;
  readonly sequence: number;
  readonly used: number;
};

export const groupOf = ({ session, group }: Pick<Update, "session" | "group">): Group =>
  (groups[session] as readonly [Group, Group])[group] as Group;

/** What each bucket holds once both sessions are open, every group with its first grant. */
export const heldAtFirst = (bucket: number): number =>
  groups.flat().reduce((sum, group) => sum + (group.bucket === bucket ? group.quota : 0), 0);

export const sessionIdAt = (account: number, session: number): string =>
  `smf3.mnc001.mcc262;1795000000;${account * sessionCount + session}`;

export const accountIdAt = (account: number): string =>
  `layout-${String(account).padStart(7, "0")}`;

/** Calls of `perCall` updates each; sequences go on from 0, which opened the sessions. */
export const drawCalls = (options: {
  readonly accounts: number;
  readonly operations: number;
  readonly perCall: number;
  readonly seed: number;
}): readonly (readonly Update[])[] => {
  const { accounts, operations, perCall, seed } = options;
  const random = randomFrom(seed);
  const sequences = new Uint32Array(accounts * sessionCount);
  const draw = (taken: Set<number>): Update => {
    let account: number;
    do account = nextBelow(random, accounts);
    while (taken.has(account));
    taken.add(account);
    const session = nextBelow(random, sessionCount);
    const group = nextBelow(random, 2);
    const { quota, smallestUse } = groupOf({ session, group });
    const at = account * sessionCount + session;
    const sequence = (sequences[at] ?? 0) + 1;
    sequences[at] = sequence;
    return { account, session, group, sequence, used: quota - nextBelow(random, smallestUse) };
  };
  return Array.from({ length: Math.ceil(operations / perCall) }, () => {
    const taken = new Set<number>();
    return Array.from({ length: perCall }, () => draw(taken));
  });
};
