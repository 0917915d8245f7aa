// The movable clock of a test installation, as engines and the business side find it in Redis: how
// far its time is ahead of the machines' clocks, and how far it is to go. It is a stream, each
// entry one move, with the revision for an id: Redis refuses an id that is not above the last one,
// so of two that move the same clock at once one finds out that it has to look again.

export type ClockValue = {
  /** Counts the moves from 1; 0: never moved. */
  readonly revision: number;
  /** Ahead of the machines' clocks by so much. It never falls: time goes forward. */
  readonly offsetMs: number;
  /** Where it is to stand. Until then it goes from moment to moment at which something is due. */
  readonly goalOffsetMs: number;
};

/** In the slot of the installation. */
export const clockKey = "{0}:clock";
/** What is said there is the revision; who missed it finds the entry. */
export const clockChannel = "tollgate:clock";
/** Of the stream: what is older tells only how it came to be. */
export const clockMovesKept = 10_000;

export const unmovedClock: ClockValue = { revision: 0, offsetMs: 0, goalOffsetMs: 0 };

export const isMoved = ({ offsetMs, goalOffsetMs }: ClockValue): boolean =>
  offsetMs > 0 || goalOffsetMs > 0;

export const isOnItsWay = ({ offsetMs, goalOffsetMs }: ClockValue): boolean =>
  offsetMs < goalOffsetMs;

/** The next move: what is left out stays. */
export const movedFrom = (
  { revision, ...standing }: ClockValue,
  to: Partial<Omit<ClockValue, "revision">>,
): ClockValue => ({ ...standing, ...to, revision: revision + 1 });

/** Words of the command that asks for the last entry. */
export const readClockCommand = ["XREVRANGE", clockKey, "+", "-", "COUNT", 1] as const;

/** Words of the command that moves it; an error that `isOvertaken` knows: somebody else did. */
export const moveClockCommand = ({ revision, offsetMs, goalOffsetMs }: ClockValue) =>
  [
    ...(["XADD", clockKey, "MAXLEN", "~", clockMovesKept, `${revision}-0`] as const),
    ...(["offsetMs", offsetMs, "goalOffsetMs", goalOffsetMs] as const),
  ] as const;

export const isOvertaken = (error: unknown): boolean =>
  error instanceof Error && error.message.includes("equal or smaller than the target stream");

/** Of the reply to `readClockCommand`, whether its texts are octets or not. */
export const readClockReply = (reply: unknown): ClockValue => {
  const [entry] = reply as readonly (readonly [unknown, readonly unknown[]])[];
  if (entry === undefined) return unmovedClock;
  const fields = entry[1].map(String);
  const read = (name: string) => Number(fields[fields.indexOf(name) + 1]);
  return {
    revision: Number.parseInt(String(entry[0]), 10),
    offsetMs: read("offsetMs"),
    goalOffsetMs: read("goalOffsetMs"),
  };
};

/** What an operator does who finds a moved clock where it must not be. */
export const movedClockRemedy =
  "the clock of this installation was moved: start it with CLOCK_MOVABLE=yes, or, if it is not " +
  "for tests, afresh (npm start -- --reset)";
