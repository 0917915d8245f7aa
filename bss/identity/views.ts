// How users, sessions, keys, issuers and peers are shown, to whoever asks and in the audit: what
// opens a door, and what it was made from, is in none of them.

import type {
  identityApiKeys,
  identityIssuers,
  identityPeers,
  identitySessions,
  identityUsers,
} from "./schema.ts";

export type User = typeof identityUsers.$inferSelect;
export type Session = typeof identitySessions.$inferSelect;
export type ApiKey = typeof identityApiKeys.$inferSelect;
export type Issuer = typeof identityIssuers.$inferSelect;
export type Peer = typeof identityPeers.$inferSelect;

const time = (ms: number): string => new Date(ms).toISOString();
const timeOrNull = (ms: number | null): string | null => (ms === null ? null : time(ms));

export type UserView = ReturnType<typeof userView>;
export const userView = (user: User) => ({
  id: user.id,
  login: user.login,
  email: user.email,
  name: user.name,
  roles: user.roles,
  customerId: user.customerId,
  isActive: user.isActive,
  mustChangePassword: user.mustChangePassword,
  failedTries: user.failedTries,
  lockedUntil: timeOrNull(user.lockedUntil),
  hasTotp: user.isTotpConfirmed,
  issuerId: user.issuerId,
  createdAt: time(user.createdAt),
});

export type SessionView = ReturnType<typeof sessionView>;
export const sessionView = (session: Session) => ({
  id: session.id,
  userId: session.userId,
  createdAt: time(session.createdAt),
  lastUsedAt: time(session.lastUsedAt),
  expiresAt: time(session.expiresAt),
  address: session.address,
  userAgent: session.userAgent,
});

export type ApiKeyView = ReturnType<typeof apiKeyView>;
export const apiKeyView = (key: ApiKey) => ({
  id: key.id,
  name: key.name,
  hint: key.hint,
  userId: key.userId,
  roles: key.roles,
  scopes: key.scopes,
  customerId: key.customerId,
  requestsPerMinuteMax: key.requestsPerMinuteMax,
  expiresAt: timeOrNull(key.expiresAt),
  lastUsedAt: timeOrNull(key.lastUsedAt),
  revokedAt: timeOrNull(key.revokedAt),
  createdAt: time(key.createdAt),
});

export type IssuerView = ReturnType<typeof issuerView>;
export const issuerView = (issuer: Issuer) => ({
  id: issuer.id,
  name: issuer.name,
  issuer: issuer.issuer,
  audience: issuer.audience,
  jwksUri: issuer.jwksUri,
  algorithms: issuer.algorithms,
  rolesClaim: issuer.rolesClaim,
  rolesByClaim: issuer.rolesByClaim,
  customerClaim: issuer.customerClaim,
  clientId: issuer.clientId,
  hasClientSecret: issuer.clientSecret !== null,
  authorizationEndpoint: issuer.authorizationEndpoint,
  tokenEndpoint: issuer.tokenEndpoint,
  isActive: issuer.isActive,
  createdAt: time(issuer.createdAt),
});

export type PeerView = ReturnType<typeof peerView>;
export const peerView = (peer: Peer) => ({
  id: peer.id,
  name: peer.name,
  fingerprint: peer.fingerprint,
  commonName: peer.commonName,
  roles: peer.roles,
  requestsPerMinuteMax: peer.requestsPerMinuteMax,
  isActive: peer.isActive,
  createdAt: time(peer.createdAt),
});
