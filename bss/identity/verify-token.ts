// A JWT held to its issuer (RFC 8725): only algorithms that the issuer is known to use, never none
// and never a shared secret; the issuer's keys, its name, our audience, an end that has not come.

import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import { ok } from "../../engine/values/result.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { wholeText } from "../http/tmf/any-value.ts";
import { limits } from "../limits.ts";
import type { FetchFailure } from "./bounded-fetch.ts";
import { unauthenticated } from "./credentials.ts";
import type { KeySet, KeySets } from "./key-sets.ts";

/** Signatures with two keys. With HS256 whoever can verify can also sign (RFC 8725, 2.1). */
export const tokenAlgorithms = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
] as const;

export type Expected = {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri: string;
  readonly algorithms: readonly string[];
};

export const unknownIssuer = () => unauthenticated("the issuer of the token is not known here");

/** What it says of itself, before anything of it is believed; a text that can be looked for. */
export const issuerOf = (token: string): Answered<string> => {
  try {
    const { iss } = decodeJwt(token);
    if (typeof iss !== "string") return unauthenticated("the token names no issuer");
    return wholeText.test(iss) ? ok(iss) : unknownIssuer();
  } catch {
    return unauthenticated("the token is not a JWT");
  }
};

const checkAlgorithm = (token: string, { algorithms }: Expected): Answered<undefined> => {
  try {
    const { alg } = decodeProtectedHeader(token);
    if (alg === undefined || alg.toLowerCase() === "none") {
      return unauthenticated("the token is not signed");
    }
    const allowed: readonly string[] = tokenAlgorithms;
    return algorithms.includes(alg) && allowed.includes(alg)
      ? ok(undefined)
      : unauthenticated("the token is signed with an algorithm that its issuer does not use");
  } catch {
    return unauthenticated("the token is not a JWT");
  }
};

const ofClaim: Readonly<Record<string, string>> = {
  aud: "the token is for another audience",
  iss: "the token is of another issuer",
  nbf: "the token is not valid yet",
  iat: "the token was issued in the future",
  exp: "the token says no end",
  sub: "the token names no subject",
};

const reasonOf = (error: unknown): string | undefined => {
  if (error instanceof errors.JWTExpired) return "the token has expired";
  if (error instanceof errors.JWTClaimValidationFailed) {
    return ofClaim[error.claim] ?? "a claim of the token is not valid";
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return "the signature of the token is not right";
  }
  if (error instanceof errors.JWKSMultipleMatchingKeys) {
    return "the token does not say which key of its issuer signed it";
  }
  return error instanceof errors.JOSEError ? "the token is not a JWT that can be read" : undefined;
};

const unreachable = ({ detail }: FetchFailure) =>
  refuse("UNAVAILABLE", `the issuer's keys cannot be fetched: ${detail}`, {
    headers: { "retry-after": String(Math.ceil(limits.keySetRetryMs / 1_000)) },
  });

/** OpenID Connect Core 2: no more than 255 characters. It is looked for, and stored. */
const subject = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

const verifyWith = async (
  token: string,
  { keys }: KeySet,
  { issuer, audience, algorithms }: Expected,
  now: number,
): Promise<Answered<JWTPayload> | "no-key"> => {
  try {
    const { payload } = await jwtVerify(token, keys, {
      ...{ issuer, audience, algorithms: [...algorithms], currentDate: new Date(now) },
      clockTolerance: limits.tokenClockToleranceSeconds,
      requiredClaims: ["exp", "sub"],
    });
    return subject.test(payload.sub ?? "")
      ? ok(payload)
      : unauthenticated("the token names no subject that can be kept");
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return "no-key";
    // What no class of the library is for: a key of a form that nothing can be verified with.
    return unauthenticated(reasonOf(error) ?? "the key of the token cannot be used");
  }
};

/** UNAVAILABLE when the keys are not to be had: that says nothing about the token. */
export const verifyToken = async (
  keySets: KeySets,
  token: string,
  expected: Expected,
  now: number,
): Promise<Answered<JWTPayload>> => {
  const algorithm = checkAlgorithm(token, expected);
  if (!algorithm.isOk) return algorithm;
  const known = await keySets.get(expected.jwksUri);
  if (!known.isOk) return unreachable(known.error);
  const first = await verifyWith(token, known.value, expected, now);
  if (first !== "no-key") return first;
  const newer = await keySets.newer(expected.jwksUri, known.value);
  if (!newer.isOk) return unreachable(newer.error);
  const second =
    newer.value === known.value ? first : await verifyWith(token, newer.value, expected, now);
  return second === "no-key" ? unauthenticated("its issuer has no such key") : second;
};
