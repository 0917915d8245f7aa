// Network elements that are known by their certificate.

import { eq } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { Role } from "../permissions.ts";
import { normalisedFingerprint } from "./actor-of-certificate.ts";
import { checkMayGrant } from "./grants.ts";
import type { Identity } from "./identity.ts";
import { identityPeers as peers } from "./schema.ts";
import { orConflict } from "./unique.ts";
import { type Peer, peerView } from "./views.ts";

/** Known by one of the two, the other null. */
export type PeerSettings = {
  readonly name: string;
  readonly fingerprint: string | null;
  readonly commonName: string | null;
  readonly roles: readonly Role[];
  readonly requestsPerMinuteMax: number | null;
  readonly isActive: boolean;
};

const taken = "there is a peer with this certificate or name of a certificate";

const checkKnown = ({ fingerprint, commonName }: Pick<Peer, "fingerprint" | "commonName">) =>
  (fingerprint === null) === (commonName === null)
    ? refuse("UNPROCESSABLE", "a peer is known either by its fingerprint or by its commonName")
    : ok(undefined);

const fingerprintOf = (text: string | null): string | null =>
  text === null ? null : normalisedFingerprint(text);

export const createPeer = async (
  context: Context,
  { roles, fingerprint, ...settings }: PeerSettings,
): Promise<Answered<Peer>> => {
  const granted = checkMayGrant(context);
  if (!granted.isOk) return granted;
  const peer = {
    ...{ id: uuidV7(context.now), ...settings, fingerprint: fingerprintOf(fingerprint) },
    ...{ roles: [...roles], createdAt: context.now },
  };
  const known = checkKnown(peer);
  if (!known.isOk) return known;
  const written = await orConflict(context.tables.insert(peers).values(peer).execute(), taken);
  if (!written.isOk) return written;
  const after = peerView(peer);
  context.record({
    ...{ entity: "networkPeer", entityId: peer.id, action: "create", before: null, after },
  });
  return ok(peer);
};

const lockPeer = async ({ tables }: Context, id: string): Promise<Answered<Peer>> => {
  const [peer] = await tables.select().from(peers).where(eq(peers.id, id)).for("update");
  return peer === undefined ? refuse("NOT_FOUND", "there is no such peer") : ok(peer);
};

/** What is not named stays as it is. */
export const updatePeer = async (
  context: Context,
  { actors }: Identity,
  { id, changes }: { readonly id: string; readonly changes: Partial<PeerSettings> },
): Promise<Answered<Peer>> => {
  const granted = checkMayGrant(context);
  if (!granted.isOk) return granted;
  const found = await lockPeer(context, id);
  if (!found.isOk) return found;
  const merged = { ...found.value, ...changes };
  const peer: Peer = {
    ...merged,
    roles: [...merged.roles],
    fingerprint: fingerprintOf(merged.fingerprint),
  };
  const known = checkKnown(peer);
  if (!known.isOk) return known;
  const write = context.tables.update(peers).set(peer).where(eq(peers.id, id));
  const written = await orConflict(write.execute(), taken);
  if (!written.isOk) return written;
  actors.forget(id);
  const [before, after] = [peerView(found.value), peerView(peer)];
  context.record({ entity: "networkPeer", entityId: id, action: "update", before, after });
  return ok(peer);
};

export const deletePeer = async (
  context: Context,
  { actors }: Identity,
  id: string,
): Promise<Answered<undefined>> => {
  const found = await lockPeer(context, id);
  if (!found.isOk) return found;
  await context.tables.delete(peers).where(eq(peers.id, id));
  actors.forget(id);
  const before = peerView(found.value);
  context.record({ entity: "networkPeer", entityId: id, action: "delete", before, after: null });
  return ok(undefined);
};
