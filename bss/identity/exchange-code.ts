// A code of an issuer becomes what it says of somebody: the code is exchanged at its token
// endpoint, and the id token is held to the issuer, to us, and to the login that was begun (OpenID
// Connect Core 3.1.3.7).

import { timingSafeEqual } from "node:crypto";
import { ok } from "../../engine/values/result.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import { fetchJson } from "./bounded-fetch.ts";
import type { Claims } from "./claims.ts";
import { type Identity, sealed, unseal } from "./identity.ts";
import { hashOf } from "./secrets.ts";
import { type LoginIssuer, redirectUri } from "./start-oidc-login.ts";
import { verifyToken } from "./verify-token.ts";

export type Exchange = {
  readonly issuer: LoginIssuer;
  readonly code: string;
  readonly codeVerifier: string;
  readonly nonce: string;
  readonly now: number;
};

const form = "application/x-www-form-urlencoded";

/** RFC 6749, 2.3.1: each half is encoded as in a form. A public client names itself only. */
const clientHeaders = (identity: Identity, issuer: LoginIssuer) => {
  if (issuer.clientSecret === null) return {};
  const secret = unseal(identity, issuer.clientSecret, sealed.clientSecret);
  const halves = [issuer.clientId, secret].map((text) => encodeURIComponent(text));
  return { authorization: `Basic ${Buffer.from(halves.join(":")).toString("base64")}` };
};

const fetchIdToken = async (
  identity: Identity,
  { issuer, code, codeVerifier }: Exchange,
): Promise<Answered<string>> => {
  const body = new URLSearchParams({
    ...{ grant_type: "authorization_code", code, redirect_uri: redirectUri(identity) },
    ...{ client_id: issuer.clientId, code_verifier: codeVerifier },
  });
  const headers = { "content-type": form, accept: "application/json" };
  const fetched = await fetchJson(issuer.tokenEndpoint, {
    ...{ method: "POST", body: body.toString() },
    headers: { ...headers, ...clientHeaders(identity, issuer) },
  });
  if (!fetched.isOk) {
    const { kind, detail } = fetched.error;
    return kind === "unreachable"
      ? refuse("UNAVAILABLE", `the issuer cannot be asked: ${detail}`)
      : refuse("UNAUTHENTICATED", `the issuer does not take the code: ${detail}`);
  }
  const idToken = fetched.value["id_token"];
  return typeof idToken === "string" && idToken.length <= limits.issuerAnswerOctetsMax
    ? ok(idToken)
    : refuse("UNAUTHENTICATED", "the issuer answers without an id token");
};

const isSame = (given: unknown, expected: string): boolean =>
  typeof given === "string" && timingSafeEqual(hashOf(given), hashOf(expected));

const verifyIdToken = async (
  { keySets }: Identity,
  { issuer, nonce, now }: Exchange,
  idToken: string,
): Promise<Answered<Claims>> => {
  const expected = { ...issuer, audience: issuer.clientId };
  const verified = await verifyToken(keySets, idToken, expected, now);
  if (!verified.isOk) return verified;
  const claims = verified.value;
  if (!isSame(claims["nonce"], nonce)) {
    return refuse("UNAUTHENTICATED", "the id token is of another login");
  }
  const isForOthersToo = Array.isArray(claims.aud) && claims.aud.length > 1;
  const party = claims["azp"] ?? (isForOthersToo ? undefined : issuer.clientId);
  return party === issuer.clientId
    ? ok(claims)
    : refuse("UNAUTHENTICATED", "the id token was given to another party");
};

/** So many at once: an issuer that hangs keeps those who wait few. */
export const exchangeCode = async (
  identity: Identity,
  exchange: Exchange,
): Promise<Answered<Claims>> => {
  const { exchanges } = identity;
  if (exchanges.underWay >= limits.oidcExchangesMax) {
    return refuse("TOO_MANY_REQUESTS", "too many log in at the moment");
  }
  exchanges.underWay++;
  try {
    const idToken = await fetchIdToken(identity, exchange);
    return idToken.isOk ? await verifyIdToken(identity, exchange, idToken.value) : idToken;
  } finally {
    exchanges.underWay--;
  }
};
