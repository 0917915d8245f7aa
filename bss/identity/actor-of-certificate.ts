// Which network element shows a certificate. That a CA of the network signed it, and that its key
// is at the other end, the door has seen to; here is only what it is worth.

import { eq, or } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Answered } from "../http/problem.ts";
import type { KnownActor } from "./actor-cache.ts";
import { type PeerCertificate, unauthenticated } from "./credentials.ts";
import { rolesOf } from "./granted.ts";
import type { AuthenticateOptions } from "./identity.ts";
import { identityPeers as peers } from "./schema.ts";

/** Node writes it in capitals with colons. */
export const normalisedFingerprint = (text: string): string =>
  text.replaceAll(":", "").toLowerCase();

export const actorOfCertificate = async (
  { database: { tables } }: AuthenticateOptions,
  { fingerprint, commonName }: PeerCertificate,
): Promise<Answered<KnownActor>> => {
  const isThisOne = eq(peers.fingerprint, normalisedFingerprint(fingerprint));
  const found = await tables
    .select()
    .from(peers)
    .where(commonName === undefined ? isThisOne : or(isThisOne, eq(peers.commonName, commonName)));
  // The certificate itself says more than a name that it may share with others.
  const peer = found.find((row) => row.fingerprint !== null) ?? found[0];
  if (peer === undefined) return unauthenticated("the certificate is of no known peer");
  if (!peer.isActive) return unauthenticated("the peer of this certificate is not active");
  const actor = {
    kind: "peer",
    id: peer.id,
    name: peer.name,
    roles: rolesOf(peer.roles),
    requestsPerMinuteMax: peer.requestsPerMinuteMax ?? undefined,
  } as const;
  return ok({ actor, subjects: [peer.id] });
};
