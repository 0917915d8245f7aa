// The numbers that a journal entry is made of, for those who write it (Lua, by the names of
// store/lua-constants.ts) and for those who read it, years later perhaps: append-only.

/** Verbs of a batch and of journal records; append-only, journals outlive programs. */
export const verbs = {
  initiate: 1,
  update: 2,
  terminate: 3,
  event: 4,
  topUp: 5,
  queryBalance: 6,
  putAccount: 7,
  expire: 8,
  priceEnquiry: 9,
  refund: 10,
  adjust: 11,
  transferOut: 12,
  transferIn: 13,
  settleDues: 14,
} as const;
export type Verb = keyof typeof verbs;

/** What moves money besides use: its groups bear cells and amounts (movement-bytes.ts). */
export const isMovementVerb = (verb: number): boolean =>
  verb === verbs.topUp || (verb >= verbs.adjust && verb <= verbs.transferIn);

/**
 * Success, to whoever asked; that nothing was done because it had been done before is for us and
 * the journal.
 */
export const repeatedCode = 3;

/** Instead of units that are wanted: the entry only settles. */
export const grantsNothing = -1;

/** Of a batch, and so of the journal entry that keeps it. */
export const batchVersion = 4;
/** Of the records of closed sessions in the journal. */
export const expiryVersion = 4;

/** In place of a cell among the holds of a group (lua/lib/session.lua). */
export const notes = { rated: 1, position: 2 } as const;

/**
 * Among the holds of a group, what a counter's state in slot n has reserved under its cap stands as
 * `capEntry` + n: cells of counters move when buckets are added.
 */
export const capEntry = 192;

/** In place of a cell among the own validities of a plan: a rule that counts its money. */
export const spendingEntry = 0;

/** Added to the list of dues of an operation that wants all its grants or none. */
export const allOrNothing = 0x80_00;

/** What a reply tells besides balances (lua/lib/reply.lua); append-only. */
export const remarks = {
  /** Place of the entry in the message; units used that nothing was left for. */
  overrun: 1,
  /** Cell of a counter's state; 256 times the level before, plus the level after. */
  level: 2,
  /** Cell of a bucket's own validity; ms since 1970 when it ends. */
  validity: 3,
  /** Cell of a bucket; units. */
  expired: 4,
  /** Cell of a bucket; units. */
  credited: 5,
  /** Cell of a bucket's renewal; number of the period that it was renewed for. */
  renewed: 6,
  /** Cell of a bucket's own validity; ms since 1970 when it ends from now on. */
  extended: 7,
  /** 0; ms since 1970 when the session expired whose use is settled only now. */
  late: 9,
  /** Cell of a rule's state; ms since 1970 when its window is over. */
  ruleHit: 10,
} as const;

/** What a transferOut does at the source, and where the transfer then stands; append-only. */
export const transferSteps = { begins: 1, arrived: 2, returns: 3 } as const;

/** Octets of one group of an operation. */
export const groupLength = 38;

/** An operation names its account by the place of its key in the call; the first one is this. */
export const firstAccountKey = 6;

/** Of what was carried out: DIAMETER_SUCCESS (RFC 6733, 7.1.2.1). */
export const successCode = 2_001;
