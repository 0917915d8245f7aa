// By what an account is found whose number somebody types: a blind index, the same for all ways to
// write a number. The numbers themselves are the engine's, and kept nowhere here.

import type { Cipher } from "../privacy/index.ts";

/** 16 octets of a blind index, as text. */
export type IdentifierKey = (identifier: string) => string;

/** A number is its digits, `+49…` or `msisdn-49…`; an IMSI or an address is what it is. */
const comparable = (identifier: string): string =>
  /^(?:(?:msisdn|gpsi)-)?\+?(\d+)$/.exec(identifier)?.[1] ?? identifier;

export const identifierKeyOf =
  (cipher: Pick<Cipher, "fingerprint">): IdentifierKey =>
  (identifier) =>
    cipher
      .fingerprint(comparable(identifier), "balance_accounts.identifier_keys")
      .toString("base64url");
