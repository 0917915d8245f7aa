// MessagePack, in which the journal keeps profiles: engine/cdr is pure and is given how to read it.

import { Unpackr } from "msgpackr";

const unpackr = new Unpackr({ useRecords: false, int64AsType: "number" });

export const unpack = (bytes: Buffer): unknown => unpackr.unpack(bytes);
