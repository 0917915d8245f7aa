// Why a connection ends, as WebSocket close codes (RFC 6455 section 7.4; 4000 up are our own).
// Numbers are append-only, as result codes are.

type CloseCode = {
  readonly number: number;
  readonly by: "server" | "client" | "either";
  readonly meaning: string;
};

export const closeCodes = {
  NORMAL: row(1000, "client", "The client is done."),
  GOING_AWAY: row(
    1001,
    "server",
    "Draining: every request got its answer; go to another endpoint.",
  ),
  TEXT_FRAME: row(1003, "server", "A text frame: only binary frames are understood."),
  POLICY: row(1008, "server", "The peer may not stay: its credential was withdrawn."),
  TOO_BIG: row(1009, "either", "A frame beyond the limit of octets, refused unread."),
  FAULT: row(1011, "server", "A fault on our side; what is unanswered has an unknown outcome."),
  GARBAGE: row(4001, "either", "Too many frames that could not be read."),
  // Cut without a close frame, which would wait behind what is not read: the peer sees 1006.
  TOO_SLOW: row(4002, "server", "The peer does not read: too many octets wait to be sent to it."),
  TOO_FAST: row(4003, "server", "The peer sends faster than frames can be read."),
} as const satisfies Record<string, CloseCode>;

export type CloseReason = keyof typeof closeCodes;

function row(number: number, by: CloseCode["by"], meaning: string): CloseCode {
  return { number, by, meaning };
}
