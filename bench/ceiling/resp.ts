// As much of Redis's protocol as a replay reads: the place of a bulk reply in a stream of octets.
// Commands are written by engine/store/encode-command.ts.

const lineEnd = Buffer.from("\r\n");

export type ReplyReader = {
  /** Hands on every bulk reply that is complete now; a view that is valid during the call. */
  receive(chunk: Buffer): void;
};

/** Throws on anything that is no bulk string, with Redis's own words where it is an error. */
export const createReplyReader = (onReply: (reply: Buffer) => void): ReplyReader => {
  let rest: Buffer = Buffer.alloc(0);
  return {
    receive: (chunk) => {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = 0;
      for (;;) {
        const lineEndAt = bytes.indexOf(lineEnd, at);
        if (lineEndAt < 0) break;
        const head = bytes.toString("latin1", at, lineEndAt);
        if (!/^\$\d+$/.test(head)) throw new Error(`Redis answered ${head}`);
        const from = lineEndAt + lineEnd.length;
        const end = from + Number(head.slice(1));
        if (end + lineEnd.length > bytes.length) break;
        onReply(bytes.subarray(from, end));
        at = end + lineEnd.length;
      }
      rest = bytes.subarray(at);
    },
  };
};
