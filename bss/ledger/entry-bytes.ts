// An entry of the journal as the ledger keeps it: the names and values of its fields in turn, each
// u32 length (big-endian) and octets. Nothing of it is read on the way in.

export const fieldParts = (fields: readonly Buffer[]): readonly Buffer[] =>
  fields.flatMap((field) => {
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(field.length, 0);
    return [length, field];
  });

/** Views into `bytes`. Throws where it is cut off. */
export const readFields = (bytes: Buffer): readonly Buffer[] => {
  const fields: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 <= bytes.length ? at + 4 + bytes.readUInt32BE(at) : Number.NaN;
    if (!(end <= bytes.length)) throw new Error(`it is cut off at octet ${bytes.length}`);
    fields.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return fields;
};
