// Rows in the binary format of COPY (PostgreSQL manual, COPY, "Binary Format"), written into one
// growing buffer: nothing is made into text here and parsed there. Per row i16 fields, per field
// i32 length and octets, all big-endian. Whoever writes says each field in the order of the
// columns; a row that has not all of them is refused by Postgres.

const signature = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const trailerLength = 2;

export type CopyRows = ReturnType<typeof createCopyRows>;

export const createCopyRows = (columns: number, octetsFirst = 64 * 1024) => {
  let bytes = Buffer.allocUnsafeSlow(octetsFirst);
  let at = 0;
  let rows = 0;

  const room = (length: number) => {
    if (at + length <= bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, at + length));
    bytes.copy(larger, 0, 0, at);
    bytes = larger;
  };

  const clear = () => {
    at = signature.copy(bytes, 0);
    rows = 0;
  };
  clear();

  return {
    clear,
    rows: () => rows,
    row: () => {
      // What no length is known of makes room for itself.
      room(2 + 12 * columns + trailerLength);
      at = bytes.writeInt16BE(columns, at);
      rows++;
    },
    int2: (value: number) => {
      at = bytes.writeInt16BE(value, bytes.writeInt32BE(2, at));
    },
    /** A whole number up to 2^53 on either side. */
    int8: (value: number) => {
      const high = Math.floor(value / 0x1_0000_0000);
      at = bytes.writeInt32BE(high, bytes.writeInt32BE(8, at));
      at = bytes.writeUInt32BE(value - high * 0x1_0000_0000, at);
    },
    bigint: (value: bigint) => {
      at = bytes.writeBigInt64BE(value, bytes.writeInt32BE(8, at));
    },
    nil: () => {
      at = bytes.writeInt32BE(-1, at);
    },
    /** Beyond ASCII it becomes UTF-8. */
    text: (value: string) => {
      const length = Buffer.byteLength(value);
      room(length + 12 * columns + trailerLength);
      at = bytes.writeInt32BE(length, at);
      at += bytes.write(value, at);
    },
    /** Parts that stand behind each other as one value. */
    octets: (parts: readonly Uint8Array[]) => {
      let length = 0;
      for (const part of parts) length += part.length;
      room(4 + length + 12 * columns + trailerLength);
      at = bytes.writeInt32BE(length, at);
      for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
      }
    },
    /** Everything so far, ended; to be sent before the next `clear`. */
    end: (): Buffer => {
      const end = bytes.writeInt16BE(-1, at);
      return bytes.subarray(0, end);
    },
  };
};
