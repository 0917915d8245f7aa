// Who is calling. A peer shows a token, a client certificate, or both; each is hashed and compared
// with every entry of the peers file in constant time, so that an answer's delay tells nothing. The
// file can be read again while running: entries that stay the same keep their identity, withdrawn
// ones lose it.

import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { limits } from "../limits.ts";
import type { Role } from "../protocol/operations.ts";
import { err, ok, type Result } from "../values/result.ts";
import { type PeerEntry, parsePeersFile } from "./peers-file.ts";

export type Peer = { readonly name: string; readonly role: Role };

export type Credentials = {
  readonly token: string | undefined;
  /** Lower-case hex of the certificate that the TLS layer has verified. */
  readonly certificateSha256: string | undefined;
};

export type Peers = {
  /** A token that is shown is never ignored: a wrong one refuses also the right certificate. */
  identify(credentials: Credentials): Peer | undefined;
  /** As the file has them now. */
  names(role: Role): readonly string[];
  /** False once the entry was withdrawn or changed by a `reload`. */
  isCurrent(peer: Peer): boolean;
  /** Reads the file again (SIGHUP). On any problem the peers stay as they were. */
  reload(): Result<number, readonly string[]>;
};

type Known = {
  readonly peer: Peer;
  readonly entry: PeerEntry;
  readonly token: Buffer | undefined;
  readonly certificate: Buffer | undefined;
};

/** Problems are one line each, led by the file's name. */
export const openPeers = (file: string): Result<Peers, readonly string[]> => {
  let known: readonly Known[] = [];
  const reload = (): Result<number, readonly string[]> => {
    const entries = readPeersFile(file);
    if (!entries.isOk) return err(entries.error.map((problem) => `${file}: ${problem}`));
    known = entries.value.map((entry) => known.find(isSame(entry)) ?? prepare(entry));
    return ok(known.length);
  };
  const first = reload();
  if (!first.isOk) return first;
  return ok({
    identify: (credentials) => findPeer(known, credentials),
    names: (role) => known.filter(({ peer }) => peer.role === role).map(({ peer }) => peer.name),
    isCurrent: (peer) => known.some((candidate) => candidate.peer === peer),
    reload,
  });
};

/** The token of an `Authorization: Bearer …` header (RFC 6750); undefined when it is not one. */
export const bearerToken = (authorization: string): string | undefined =>
  /^bearer +([\w.~+/-]+=*) *$/i.exec(authorization)?.[1];

const findPeer = (known: readonly Known[], credentials: Credentials): Peer | undefined => {
  const token = sha256(credentials.token ?? "");
  const certificate = Buffer.from(credentials.certificateSha256 ?? "", "hex");
  const hasToken = credentials.token !== undefined;
  let found: Peer | undefined;
  for (const candidate of known) {
    const isToken =
      candidate.token === undefined ? !hasToken : hasToken && isEqual(candidate.token, token);
    const isCertificate =
      candidate.certificate === undefined || isEqual(candidate.certificate, certificate);
    // No early exit: the time taken must not tell where in the list a match stands.
    if (isToken && isCertificate) found = candidate.peer;
  }
  return found;
};

const isEqual = (expected: Buffer, shown: Buffer): boolean =>
  expected.length === shown.length && timingSafeEqual(expected, shown);

const sha256 = (text: string): Buffer => createHash("sha256").update(text, "utf8").digest();

const prepare = (entry: PeerEntry): Known => ({
  peer: Object.freeze({ name: entry.name, role: entry.role }),
  entry,
  token: fromHex(entry.tokenSha256),
  certificate: fromHex(entry.certificateSha256),
});

const fromHex = (hex: string | undefined) =>
  hex === undefined ? undefined : Buffer.from(hex, "hex");

const isSame = (entry: PeerEntry) => (known: Known) =>
  known.entry.name === entry.name &&
  known.entry.role === entry.role &&
  known.entry.tokenSha256 === entry.tokenSha256 &&
  known.entry.certificateSha256 === entry.certificateSha256;

const readPeersFile = (file: string): Result<readonly PeerEntry[], readonly string[]> => {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return err([`cannot be read (${(error as NodeJS.ErrnoException).code})`]);
  }
  if (text.length > limits.peersFileBytesMax) {
    return err([`longer than ${limits.peersFileBytesMax} octets`]);
  }
  return parsePeersFile(text);
};
