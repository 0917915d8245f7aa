// What requests of identity may hold, and what its answers do: for validation, types and the
// OpenAPI document.

import { z } from "zod";
import { wholeText } from "../http/tmf/any-value.ts";
import { limits } from "../limits.ts";
import { roles } from "../permissions.ts";
import { allPermissions } from "./granted.ts";
import { tokenAlgorithms } from "./verify-token.ts";

/** Control characters have no place in what people read. */
const printable = /^[^\p{Cc}\p{Cs}]*$/u;
/** What is looked for; Postgres takes no NUL and no half of a surrogate pair. */
const sought = (max: number) => z.string().max(max).regex(wholeText);
const words = (max: number) => z.string().trim().min(1).max(max).regex(printable);
const password = z.string().min(1).max(1_024);
const code = z.string().regex(/^\d{6}$/, "expected six digits");
const login = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$/, "expected letters, digits and . _ @ + -");
const email = z.email().max(254);
const moment = z.iso.datetime();
const rolesShape = z.array(z.enum(roles)).max(roles.length);
const scopes = z.array(z.enum(allPermissions)).min(1).max(allPermissions.length);
const rate = z.int().min(1).max(10_000_000);
export const idShape = z.strictObject({ id: z.uuid() });
export const nothing = z.strictObject({});

/** Over TLS, or to this very machine: what comes from there is believed. */
const secureUrl = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .regex(wholeText)
  .refine((text) => {
    // Zod asks although it is no address: all that is wrong is said at once.
    if (!URL.canParse(text)) return true;
    const { protocol, hostname, username, hash } = new URL(text);
    const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
    return (protocol === "https:" || isLocal) && username === "" && hash === "";
  }, "expected an address with https");

export const logInShape = z.strictObject({
  login: sought(254),
  password,
  code: code.optional(),
  /** The token goes into a cookie that no script can read, and is not in the answer. */
  isForBrowser: z.boolean().optional(),
});
export const passwordShape = z.strictObject({ password });
export const codeShape = z.strictObject({ code });
export const changePasswordShape = z.strictObject({ password, newPassword: password });

export const newUserShape = z.strictObject({
  ...{ login, email: email.nullish(), name: words(200), roles: rolesShape },
  customerId: words(100).nullish(),
});
export const userChangesShape = z
  .strictObject({
    ...{ email: email.nullable(), name: words(200), roles: rolesShape },
    ...{ customerId: words(100).nullable(), isActive: z.boolean() },
  })
  .partial();
export const resetShape = z.strictObject({ removesTotp: z.boolean().optional() });
export const pageShape = z.strictObject({
  after: sought(400).optional(),
  limit: z.coerce.number().int().min(1).max(limits.identityPageMax).optional(),
});

export const ownKeyShape = z.strictObject({
  ...{ name: words(200), scopes: scopes.optional(), expiresAt: moment.optional() },
});
export const newKeyShape = ownKeyShape.extend({
  ...{ roles: rolesShape.min(1), customerId: words(100).optional() },
  requestsPerMinuteMax: rate.optional(),
});

const claimName = words(200);
const issuerFields = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,49}$/, "expected small letters, digits and -"),
  ...{ issuer: secureUrl, audience: words(200), jwksUri: secureUrl },
  algorithms: z.array(z.enum(tokenAlgorithms)).min(1).max(tokenAlgorithms.length),
  rolesClaim: claimName,
  rolesByClaim: z
    .record(claimName, rolesShape)
    .refine((table) => Object.keys(table).length <= 100, "expected 100 entries at the most"),
  ...{ customerClaim: claimName.nullable(), clientId: words(200).nullable() },
  ...{ clientSecret: words(500).nullable(), authorizationEndpoint: secureUrl.nullable() },
  ...{ tokenEndpoint: secureUrl.nullable(), isActive: z.boolean() },
});
export const issuerChangesShape = issuerFields.partial();
export const newIssuerShape = issuerFields.extend({
  customerClaim: claimName.nullable().default(null),
  clientId: words(200).nullable().default(null),
  clientSecret: words(500).nullable().default(null),
  authorizationEndpoint: secureUrl.nullable().default(null),
  tokenEndpoint: secureUrl.nullable().default(null),
  isActive: z.boolean().default(true),
});

const fingerprint = z
  .string()
  .regex(/^(?:[0-9a-f]{64}|[0-9a-f]{2}(?::[0-9a-f]{2}){31})$/i, "expected a SHA-256");
const peerFields = z.strictObject({
  ...{ name: words(200), fingerprint: fingerprint.nullable(), commonName: words(200).nullable() },
  ...{ roles: rolesShape, isActive: z.boolean(), requestsPerMinuteMax: rate.nullable() },
});
export const peerChangesShape = peerFields.partial();
export const newPeerShape = peerFields.extend({
  fingerprint: fingerprint.nullable().default(null),
  commonName: words(200).nullable().default(null),
  requestsPerMinuteMax: rate.nullable().default(null),
  isActive: z.boolean().default(true),
});

export const issuerNameShape = z.strictObject({ name: sought(50) });
/** Issuers add what they like. */
export const callbackShape = z.object({
  ...{ state: sought(200), code: sought(4_000).optional(), error: sought(200).optional() },
  iss: sought(2_000).optional(),
});
