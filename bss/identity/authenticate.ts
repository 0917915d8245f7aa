// Who asks, of any request: by session, API key, JWT of an issuer or certificate; nobody where
// nothing is shown. What is shown and worth nothing is refused with the reason, except a cookie,
// which the browser sends whether it is still good or not: with it one may still log in.

import { ok } from "../../engine/values/result.ts";
import type { Actor } from "../context.ts";
import type { Answered } from "../http/problem.ts";
import type { KnownActor } from "./actor-cache.ts";
import { actorOfCertificate } from "./actor-of-certificate.ts";
import { actorOfKey } from "./actor-of-key.ts";
import { actorOfSession } from "./actor-of-session.ts";
import { actorOfToken } from "./actor-of-token.ts";
import { type Credential, credentialOf, type RequestHead } from "./credentials.ts";
import type { AuthenticateOptions } from "./identity.ts";
import { hashOf } from "./secrets.ts";

export type Authenticate = (request: RequestHead) => Promise<Answered<Actor>>;

const nobody: Actor = {
  kind: "anonymous",
  id: "anonymous",
  name: "anonymous",
  roles: [],
};

/**
 * What it is known by for two seconds; a certificate is no secret, and is told apart by its kind.
 */
const textOf = (credential: Exclude<Credential, { readonly kind: "none" }>): string => {
  switch (credential.kind) {
    case "session":
    case "jwt":
      return credential.token;
    case "api-key":
      return credential.key;
    case "certificate":
      return `${credential.certificate.fingerprint} ${credential.certificate.commonName}`;
  }
};

const load = (
  options: AuthenticateOptions,
  credential: Exclude<Credential, { readonly kind: "none" }>,
  hash: Buffer,
): Promise<Answered<KnownActor>> => {
  switch (credential.kind) {
    case "session":
      return actorOfSession(options, hash);
    case "api-key":
      return actorOfKey(options, hash);
    case "jwt":
      return actorOfToken(options, credential.token);
    case "certificate":
      return actorOfCertificate(options, credential.certificate);
  }
};

export const createAuthenticate =
  (options: AuthenticateOptions): Authenticate =>
  async (request) => {
    const credential = credentialOf(request);
    if (!credential.isOk) return credential;
    const shown = credential.value;
    if (shown.kind === "none") return ok(nobody);
    const hash = hashOf(textOf(shown));
    const digest = shown.kind + hash.toString("base64");
    const known = await options.actors.get(digest, () => load(options, shown, hash));
    if (known.isOk) return ok(known.value.actor);
    const isCookie = request.headers["authorization"] === undefined && shown.kind === "session";
    return isCookie && known.error.code === "UNAUTHENTICATED" ? ok(nobody) : known;
  };
