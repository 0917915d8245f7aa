// A part of the world: a process that can be killed, frozen, ended in order and started again.

export type Part = {
  /** As "engine 2". */
  readonly name: string;
  readonly isRunning: () => boolean;
  /** As a crash does. */
  kill(): Promise<void>;
  /** As an operator does. */
  end(): Promise<void>;
  /** Whether it serves by then is another question. */
  start(): Promise<void>;
  /** All its processes stand still, with what is open staying open. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Why it is not well; undefined: it is. */
  problem(): Promise<string | undefined>;
  /** What it did that nobody told it to, each in a line. */
  readonly misdeeds: readonly string[];
};

/** Of a store, which may lose what it has not put on its disk by then. */
export type StorePart = Part & {
  /** When its process ended last, in ms since 1970; undefined: it never did. */
  readonly endedAt: () => number | undefined;
};
