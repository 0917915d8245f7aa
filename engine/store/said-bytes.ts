// What a batch was asked besides numbers, kept by the journal for whoever wants to know years later
// why something cost what it cost (Lua only passes it on). Per operation: i32 ms from the batch's
// time to when it happened, u8 which of the account's subscriber identifiers was named (255: the
// account itself), u16 + service information as MessagePack (0: none).

import { Packr } from "msgpackr";
import { type Cursor, readBytes, readInt32, readUint8, readUint16 } from "./journal-bytes.ts";
import type { Said } from "./journal-record.ts";
import type { Task } from "./task.ts";

const itself = 255;
const packr = new Packr({ useRecords: false, int64AsType: "number" });
const headLength = 7;

export const writeSaid = (tasks: readonly Task[], now: number): Buffer => {
  const information = tasks.map(({ serviceInformation: said }) =>
    // Out of the encoder's own buffer, which it writes again.
    said === null ? nothing : Buffer.from(packr.pack(said)),
  );
  const octets = information.reduce((sum, { length }) => sum + length, headLength * tasks.length);
  const bytes = Buffer.allocUnsafe(octets);
  let at = 0;
  for (const [index, { eventTimestamp, identifier, profile }] of tasks.entries()) {
    const place = profile!.subscriberIdentifiers.indexOf(identifier);
    at = bytes.writeInt32LE(eventTimestamp - now, at);
    at = bytes.writeUInt8(place === -1 ? itself : place, at);
    at = bytes.writeUInt16LE(information[index]!.length, at);
    at += information[index]!.copy(bytes, at);
  }
  return bytes;
};

const nothing = Buffer.alloc(0);

/** The next operation's; `at` is the batch's time. */
export const readSaid = (cursor: Cursor, at: number): Said => {
  const eventTimestamp = at + readInt32(cursor);
  const place = readUint8(cursor);
  const serviceInformation = readBytes(cursor, readUint16(cursor));
  const identifierPlace = place === itself ? undefined : place;
  return { eventTimestamp, identifierPlace, serviceInformation };
};
