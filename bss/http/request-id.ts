// The id by which a request is found again in logs, in the audit and in the answer: the asker's own
// where it sends a plain one, else a new one.

import { uuidV7 } from "../db/uuid-v7.ts";

const plain = /^[\w.:-]{8,128}$/;

export const requestIdOf = (header: unknown, now: number): string =>
  typeof header === "string" && plain.test(header) ? header : uuidV7(now);
