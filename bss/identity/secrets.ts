// What opens a door: 32 random octets, with a beginning that says what they are, so that scanners
// of leaked secrets and a reader of a configuration know them. Only their SHA-256 is stored.

import { createHash, randomBytes, randomInt } from "node:crypto";

export const sessionTokenBegin = "tgs_";
export const apiKeyBegin = "tgk_";

const secretOctets = 32;

export const newSecret = (begin: string): string =>
  begin + randomBytes(secretOctets).toString("base64url");

export const hashOf = (secret: string): Buffer => createHash("sha256").update(secret).digest();

/** By which its owner knows an API key again; 30 bits of its 256. */
export const hintOf = (apiKey: string): string => apiKey.slice(0, apiKeyBegin.length + 5);

/** No 0 and O, 1, I and l: it is read from a screen and typed. */
const legible = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** 20 characters of 56: 116 bits, in groups to be typed. */
export const newOneTimePassword = (): string =>
  Array.from({ length: 4 }, () =>
    Array.from({ length: 5 }, () => legible[randomInt(legible.length)]).join(""),
  ).join("-");
