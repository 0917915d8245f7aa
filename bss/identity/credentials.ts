// What a request shows to say who asks: a bearer token (RFC 6750), the console's cookie, or the
// certificate of its connection. Only the form is read here; anything may come, nothing throws.

import { ok } from "../../engine/values/result.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import { cookieOf, sessionCookie } from "./cookies.ts";
import { apiKeyBegin, sessionTokenBegin } from "./secrets.ts";

/** Of a connection whose certificate was verified: by the door, against the CAs of the network. */
export type PeerCertificate = {
  /** SHA-256, hexadecimal, with colons or without. */
  readonly fingerprint: string;
  readonly commonName?: string | undefined;
};

export type RequestHead = {
  /** By lower-case name; a name that came twice may be a list. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly certificate?: PeerCertificate | undefined;
};

export type Credential =
  | { readonly kind: "session"; readonly token: string }
  | { readonly kind: "api-key"; readonly key: string }
  | { readonly kind: "jwt"; readonly token: string }
  | { readonly kind: "certificate"; readonly certificate: PeerCertificate }
  | { readonly kind: "none" };

/** RFC 6750, 3: what the client is told besides. */
export const unauthenticated = (detail: string) =>
  refuse("UNAUTHENTICATED", detail, {
    headers: { "www-authenticate": 'Bearer realm="tollgate", error="invalid_token"' },
  });

const opaque = /^tg[sk]_[A-Za-z0-9_-]{43}$/;
/** JWS compact form; the signature may be empty: then it is told that it is not signed. */
const jwt = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

const bearerCredential = (token: string): Answered<Credential> => {
  if (token.length > limits.credentialCharactersMax)
    return unauthenticated("the token is too long");
  if (opaque.test(token)) {
    const isKey = token.startsWith(apiKeyBegin);
    return ok(isKey ? { kind: "api-key", key: token } : { kind: "session", token });
  }
  if (jwt.test(token)) return ok({ kind: "jwt", token });
  return unauthenticated("the token is neither of a session, nor an API key, nor a JWT");
};

const single = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === "string" ? value : value?.join(", ");

/**
 * Browsers send the cookie along with whatever another page of this machine asks, for a port is not
 * part of a site: only what the console itself asked has it count.
 */
const isAskedByConsole = (headers: RequestHead["headers"]): boolean => {
  const site = single(headers["sec-fetch-site"]);
  if (site !== undefined) return site === "same-origin" || site === "none";
  // Browsers that do not say the site yet say the origin of whatever may change something.
  const origin = single(headers["origin"]);
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === single(headers["host"]);
};

export const credentialOf = ({ headers, certificate }: RequestHead): Answered<Credential> => {
  const authorization = single(headers["authorization"]);
  if (authorization !== undefined) {
    const bearer = /^bearer +([^\s,]+) *$/i.exec(authorization);
    if (bearer === null) return unauthenticated("expected Authorization: Bearer with one token");
    return bearerCredential(bearer[1]!);
  }
  const cookie = cookieOf(single(headers["cookie"]), sessionCookie);
  if (cookie !== undefined && isAskedByConsole(headers)) {
    return cookie.startsWith(sessionTokenBegin)
      ? bearerCredential(cookie)
      : unauthenticated("the cookie is not of a session");
  }
  return ok(certificate === undefined ? { kind: "none" } : { kind: "certificate", certificate });
};
