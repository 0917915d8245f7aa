// The shapes of identity's answers, for the OpenAPI document and the tests.

import { z } from "zod";
import { permissions } from "../permissions.ts";

const texts = z.array(z.string());
const text = z.string();
const moment = z.iso.datetime();
const whole = z.int();

export const userAnswer = z
  .object({
    ...{ id: text, login: text, email: text.nullable(), name: text, roles: texts },
    ...{ customerId: text.nullable(), isActive: z.boolean(), mustChangePassword: z.boolean() },
    ...{ failedTries: whole, lockedUntil: moment.nullable(), hasTotp: z.boolean() },
    ...{ issuerId: text.nullable(), createdAt: moment },
  })
  .meta({ id: "IdentityUser" });
export const sessionAnswer = z
  .object({
    ...{ id: text, userId: text, createdAt: moment, lastUsedAt: moment, expiresAt: moment },
    ...{ address: text, userAgent: text },
  })
  .meta({ id: "IdentitySession" });
export const openedAnswer = z.object({
  /** Not where it went into a cookie. */
  token: text.optional(),
  session: sessionAnswer,
  user: userAnswer,
});
export const actorAnswer = z.object({
  ...{ kind: text, id: text, name: text, roles: texts, customerId: text.nullable() },
  /** What it may do, and how far: all, or what is its own. */
  permissions: z.partialRecord(
    z.enum(Object.keys(permissions) as [string, ...string[]]),
    z.enum(["all", "own"]),
  ),
});
export const passwordAnswer = z.object({ user: userAnswer, oneTimePassword: text });
export const totpAnswer = z.object({ secret: text, uri: text });
export const countAnswer = z.object({ count: whole });
export const keyAnswer = z
  .object({
    ...{ id: text, name: text, hint: text, userId: text.nullable(), roles: texts },
    ...{ scopes: texts.nullable(), customerId: text.nullable(), createdAt: moment },
    ...{ requestsPerMinuteMax: whole.nullable(), expiresAt: moment.nullable() },
    ...{ lastUsedAt: moment.nullable(), revokedAt: moment.nullable() },
  })
  .meta({ id: "IdentityApiKey" });
export const createdKeyAnswer = z.object({ key: text, apiKey: keyAnswer });
export const issuerAnswer = z
  .object({
    ...{ id: text, name: text, issuer: text, audience: text, jwksUri: text, algorithms: texts },
    ...{ rolesClaim: text, rolesByClaim: z.record(text, texts), customerClaim: text.nullable() },
    ...{ clientId: text.nullable(), hasClientSecret: z.boolean(), isActive: z.boolean() },
    ...{ authorizationEndpoint: text.nullable(), tokenEndpoint: text.nullable() },
    createdAt: moment,
  })
  .meta({ id: "IdentityIssuer" });
export const peerAnswer = z
  .object({
    ...{ id: text, name: text, fingerprint: text.nullable(), commonName: text.nullable() },
    ...{ roles: texts, requestsPerMinuteMax: whole.nullable(), isActive: z.boolean() },
    createdAt: moment,
  })
  .meta({ id: "IdentityPeer" });
