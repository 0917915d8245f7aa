// Who gets past the WebSocket upgrade, decided once for both listeners: room, path, subprotocol,
// then credentials. Everyone else gets the HTTP status and the reason that the protocol names for
// it.

import { STATUS_CODES } from "node:http";
import { limits } from "../limits.ts";
import { metrics } from "../metrics.ts";
import { type HandshakeRefusal, handshakeRefusals } from "../protocol/handshake.ts";
import { subprotocol } from "../protocol/operations.ts";
import { err, ok, type Result } from "../values/result.ts";
import { bearerToken, type Peer } from "./authentication.ts";
import type { ListenerSettings } from "./connection.ts";
import { certificateSha256 } from "./tls.ts";

export type UpgradeRequest = {
  readonly path: string;
  /** `Sec-WebSocket-Protocol`, as it came. */
  readonly protocols: string;
  readonly authorization: string;
  /** As TLS has verified it, PEM or DER; empty: none was shown. */
  readonly certificate: Buffer;
  readonly remoteAddress: string;
  /** Open on this listener now; Infinity once it takes no more. */
  readonly connections: number;
};

/** `status` with its phrase, as "404 Not Found". */
export type Refused = { readonly status: string; readonly reason: string };

type Settings = Pick<ListenerSettings<unknown>, "peers" | "tls" | "rejects">;

export const admit = (request: UpgradeRequest, settings: Settings): Result<Peer, Refused> => {
  const refuse = (refusal: HandshakeRefusal) =>
    err(refuseUpgrade(refusal, request.remoteAddress, settings));
  if (request.path !== "/") return refuse("wrongPath");
  if (request.connections >= limits.connectionsMax) return refuse("unavailable");
  const offered = request.protocols.split(",").map((protocol) => protocol.trim());
  if (!offered.includes(subprotocol)) return refuse("wrongSubprotocol");
  const peer = identify(request, settings);
  return peer === undefined ? refuse("unauthorized") : ok(peer);
};

/** The answer to a request that asks for no upgrade at all. */
export const refuseHttp = (path: string, remoteAddress: string, settings: Settings): Refused =>
  refuseUpgrade(path === "/" ? "notAnUpgrade" : "wrongPath", remoteAddress, settings);

const identify = ({ authorization, certificate }: UpgradeRequest, { peers, tls }: Settings) => {
  const isMutual = tls?.ca !== undefined;
  const fingerprint = isMutual ? certificateSha256(certificate) : undefined;
  // uWebSockets.js asks for a client certificate but goes on without one.
  if (isMutual && fingerprint === undefined) return undefined;
  const token = bearerToken(authorization);
  // A header that is there but holds no bearer token is a wrong token, not a missing one.
  if (token === undefined && authorization !== "") return undefined;
  return peers.identify({ token, certificateSha256: fingerprint });
};

const refuseUpgrade = (
  refusal: HandshakeRefusal,
  remoteAddress: string,
  { rejects }: Settings,
): Refused => {
  metrics.countRefusedUpgrade(refusal);
  const { status, meaning } = handshakeRefusals[refusal];
  rejects({ remoteAddress, status }, `upgrade refused: ${meaning}`);
  return { status: `${status} ${STATUS_CODES[status]}`, reason: `${meaning}\n` };
};
