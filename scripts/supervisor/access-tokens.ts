// The two access tokens of the demo: one for network elements, one for the business side. The
// engine only knows their SHA-256 (peers.json); the plain text stays in files that only their owner
// can read. Peers that somebody added by hand stay.

import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ok } from "../../engine/values/result.ts";
import type { DataFolder } from "./data-folder.ts";
import { errorCode, failed, type Step } from "./ending.ts";

export type AccessTokens = { readonly network: string; readonly business: string };
type Peer = { readonly name: string; readonly role: string; readonly tokenSha256: string };

const tokenBytes = 32;
const tokenPattern = /^[\w-]{43}$/;

export const tokenFiles = (data: DataFolder): AccessTokens => ({
  network: path.join(data.tokens, "network-element"),
  business: path.join(data.tokens, "business"),
});

/** Reads both tokens, creating what is missing, and brings peers.json up to date. */
export const prepareAccessTokens = (data: DataFolder): Step<AccessTokens> => {
  const files = tokenFiles(data);
  try {
    const network = readOrCreateToken(files.network);
    const business = readOrCreateToken(files.business);
    for (const [file, token] of [
      [files.network, network],
      [files.business, business],
    ] as const) {
      if (!tokenPattern.test(token))
        return failed(`${file} holds no token; delete it and start again`);
    }
    const demo: readonly Peer[] = [
      { name: "demo-network", role: "network", tokenSha256: sha256(network) },
      { name: "demo-business", role: "business", tokenSha256: sha256(business) },
    ];
    const others = readPeers(data.peers);
    if (others === null) return failed(`${data.peers} is no list of peers; repair or delete it`);
    const isDemo = (name: string): boolean => demo.some((peer) => peer.name === name);
    const peers = [...demo, ...others.filter((peer) => !isDemo(peer.name))];
    writeWhole(data.peers, `${JSON.stringify({ peers }, null, 2)}\n`);
    return ok({ network, business });
  } catch (error) {
    return failed(
      `cannot write the access tokens in ${data.tokens} (${errorCode(error)}); check its owner`,
    );
  }
};

const sha256 = (token: string): string => createHash("sha256").update(token).digest("hex");

const readOrCreateToken = (file: string): string => {
  if (!existsSync(file)) writeWhole(file, `${randomBytes(tokenBytes).toString("base64url")}\n`);
  return readFileSync(file, "utf8").trim();
};

const writeWhole = (file: string, text: string): void => {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
};

const readPeers = (file: string): readonly Peer[] | null => {
  if (!existsSync(file)) return [];
  try {
    const document: unknown = JSON.parse(readFileSync(file, "utf8"));
    const isDocument = typeof document === "object" && document !== null && "peers" in document;
    return isDocument && Array.isArray(document.peers) ? (document.peers as Peer[]) : null;
  } catch {
    return null;
  }
};
