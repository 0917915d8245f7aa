// Whom a JWT of a known issuer is about, and what their claims are worth here.

import { and, eq } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Answered } from "../http/problem.ts";
import type { KnownActor } from "./actor-cache.ts";
import { customerOfClaims, nameOfClaims, rolesOfClaims } from "./claims.ts";
import { unauthenticated } from "./credentials.ts";
import type { AuthenticateOptions } from "./identity.ts";
import { identityIssuers as issuers, identityUsers as users } from "./schema.ts";
import { issuerOf, unknownIssuer, verifyToken } from "./verify-token.ts";

/** That an access token has none of. */
const idTokenClaims = ["nonce", "at_hash", "c_hash"] as const;

export const actorOfToken = async (
  { database: { tables }, keySets, now }: AuthenticateOptions,
  token: string,
): Promise<Answered<KnownActor>> => {
  const named = issuerOf(token);
  if (!named.isOk) return named;
  const [issuer] = await tables.select().from(issuers).where(eq(issuers.issuer, named.value));
  if (!issuer?.isActive) return unknownIssuer();
  const verified = await verifyToken(keySets, token, issuer, now());
  if (!verified.isOk) return verified;
  const claims = verified.value;
  // It says to a client who logged in (OpenID Connect Core 2), and lies about in browsers.
  if (idTokenClaims.some((name) => Object.hasOwn(claims, name))) {
    return unauthenticated("an id token opens nothing: an access token is needed");
  }
  const subject = claims.sub!;
  // Somebody who also logs in here by this issuer is let in, or not, in one place.
  const [user] = await tables
    .select({ id: users.id, isActive: users.isActive })
    .from(users)
    .where(and(eq(users.issuerId, issuer.id), eq(users.subject, subject)));
  if (user?.isActive === false) return unauthenticated("the user is not active");
  const actor = {
    kind: "federated",
    id: `${issuer.name}:${subject}`,
    name: nameOfClaims(claims),
    roles: rolesOfClaims(claims, issuer),
    customerId: customerOfClaims(claims, issuer),
  } as const;
  return ok({ actor, subjects: [issuer.id, ...(user === undefined ? [] : [user.id])] });
};
