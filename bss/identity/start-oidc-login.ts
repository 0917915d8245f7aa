// Somebody is sent to an issuer to log in there: authorization code with PKCE (OpenID Connect Core
// 3.1, RFC 7636). What has to come back with them is kept here; their browser keeps the state, so
// that nobody is led to finish a login that another has begun (RFC 9700, 4.7).

import { eq, lt } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import { type Identity, sealed } from "./identity.ts";
import { identityIssuers as issuers, identityOidcLogins as logins } from "./schema.ts";
import { hashOf, newSecret } from "./secrets.ts";
import type { Issuer } from "./views.ts";

export type StartedOidcLogin = {
  /** Where the browser goes. */
  readonly location: string;
  /** What it keeps meanwhile. */
  readonly state: string;
};

export type LoginIssuer = Issuer & {
  readonly clientId: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
};

/** Undefined: nobody logs in with it. */
export const loginIssuer = (issuer: Issuer | undefined): LoginIssuer | undefined => {
  if (issuer === undefined || !issuer.isActive) return undefined;
  const { clientId, authorizationEndpoint, tokenEndpoint } = issuer;
  if (clientId === null || authorizationEndpoint === null || tokenEndpoint === null) {
    return undefined;
  }
  return { ...issuer, clientId, authorizationEndpoint, tokenEndpoint };
};

export const redirectUri = ({ publicUrl }: Identity): string =>
  `${publicUrl}/api/identity/oidc/callback`;

const locationOf = (
  issuer: LoginIssuer,
  wanted: Readonly<Record<"redirect_uri" | "state" | "nonce" | "code_challenge", string>>,
): string => {
  const location = new URL(issuer.authorizationEndpoint);
  const always = {
    ...{ response_type: "code", scope: "openid profile email", client_id: issuer.clientId },
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries({ ...always, ...wanted })) {
    location.searchParams.set(name, value);
  }
  return location.href;
};

/** Writes with single statements: the context's may be those of a read. */
export const startOidcLogin = async (
  context: Context,
  identity: Identity,
  name: string,
): Promise<Answered<StartedOidcLogin>> => {
  const { tables } = identity.database;
  const [found] = await tables.select().from(issuers).where(eq(issuers.name, name));
  const issuer = loginIssuer(found);
  if (issuer === undefined) return refuse("NOT_FOUND", "nobody logs in with such an issuer");
  const [state, nonce, codeVerifier] = [newSecret(""), newSecret(""), newSecret("")];
  await tables.delete(logins).where(lt(logins.expiresAt, context.now));
  await tables.insert(logins).values({
    ...{ stateHash: hashOf(state), issuerId: issuer.id, nonce },
    codeVerifier: identity.cipher.seal(codeVerifier, sealed.codeVerifier),
    expiresAt: context.now + limits.oidcLoginMsMax,
  });
  const location = locationOf(issuer, {
    ...{ redirect_uri: redirectUri(identity), state, nonce },
    code_challenge: hashOf(codeVerifier).toString("base64url"),
  });
  return ok({ location, state });
};
