// Issuers whose tokens are believed, and with whom one may log in. An issuer that goes takes its
// users with it, for nobody could log in as one of them any more.

import { eq } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { Role } from "../permissions.ts";
import { checkMayGrant } from "./grants.ts";
import { type Identity, sealed } from "./identity.ts";
import { recordUser } from "./record-identity.ts";
import { endSessions } from "./revoke-sessions.ts";
import { identityIssuers as issuers, identityUsers as users } from "./schema.ts";
import { orConflict } from "./unique.ts";
import { type Issuer, issuerView } from "./views.ts";

export type IssuerSettings = {
  readonly name: string;
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri: string;
  readonly algorithms: readonly string[];
  readonly rolesClaim: string;
  readonly rolesByClaim: Readonly<Record<string, readonly Role[]>>;
  readonly customerClaim: string | null;
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  readonly authorizationEndpoint: string | null;
  readonly tokenEndpoint: string | null;
  readonly isActive: boolean;
};

const taken = "there is an issuer with this name or address";

/** Either all that logging in takes, or nothing of it. */
const checkLogin = (issuer: Issuer): Answered<undefined> => {
  const { clientId, authorizationEndpoint, tokenEndpoint } = issuer;
  const given = [clientId, authorizationEndpoint, tokenEndpoint].filter((part) => part !== null);
  return given.length === 0 || given.length === 3
    ? ok(undefined)
    : refuse("UNPROCESSABLE", "clientId, authorizationEndpoint and tokenEndpoint belong together");
};

const sealSecret = ({ cipher }: Identity, secret: string | null): string | null =>
  secret === null ? null : cipher.seal(secret, sealed.clientSecret);

export const createIssuer = async (
  context: Context,
  identity: Identity,
  { clientSecret, algorithms, ...settings }: IssuerSettings,
): Promise<Answered<Issuer>> => {
  const granted = checkMayGrant(context);
  if (!granted.isOk) return granted;
  const issuer = {
    ...{ id: uuidV7(context.now), ...settings, algorithms: [...algorithms] },
    ...{ clientSecret: sealSecret(identity, clientSecret), createdAt: context.now },
  };
  const login = checkLogin(issuer);
  if (!login.isOk) return login;
  const written = await orConflict(context.tables.insert(issuers).values(issuer).execute(), taken);
  if (!written.isOk) return written;
  const after = issuerView(issuer);
  context.record({
    ...{ entity: "oidcIssuer", entityId: issuer.id, action: "create", before: null, after },
  });
  return ok(issuer);
};

const lockIssuer = async ({ tables }: Context, id: string): Promise<Answered<Issuer>> => {
  const [issuer] = await tables.select().from(issuers).where(eq(issuers.id, id)).for("update");
  return issuer === undefined ? refuse("NOT_FOUND", "there is no such issuer") : ok(issuer);
};

/** What is not named stays as it is; it counts for tokens that were let in a moment ago too. */
export const updateIssuer = async (
  context: Context,
  identity: Identity,
  { id, changes }: { readonly id: string; readonly changes: Partial<IssuerSettings> },
): Promise<Answered<Issuer>> => {
  const granted = checkMayGrant(context);
  if (!granted.isOk) return granted;
  const found = await lockIssuer(context, id);
  if (!found.isOk) return found;
  const { clientSecret, algorithms, ...plain } = changes;
  const changed = {
    ...{ ...found.value, ...plain, algorithms: [...(algorithms ?? found.value.algorithms)] },
    ...(clientSecret === undefined ? {} : { clientSecret: sealSecret(identity, clientSecret) }),
  };
  const login = checkLogin(changed);
  if (!login.isOk) return login;
  const write = context.tables.update(issuers).set(changed).where(eq(issuers.id, id));
  const written = await orConflict(write.execute(), taken);
  if (!written.isOk) return written;
  forget(identity, found.value);
  const [shown, after] = [issuerView(found.value), issuerView(changed)];
  context.record({ entity: "oidcIssuer", entityId: id, action: "update", before: shown, after });
  return ok(changed);
};

const forget = ({ actors, keySets }: Identity, { id, jwksUri }: Issuer): void => {
  actors.forget(id);
  keySets.forget(jwksUri);
};

export const deleteIssuer = async (
  context: Context,
  identity: Identity,
  id: string,
): Promise<Answered<undefined>> => {
  const found = await lockIssuer(context, id);
  if (!found.isOk) return found;
  // One by one, for the audit: the table would let them go with their issuer, and tell nobody.
  const ofIssuer = eq(users.issuerId, id);
  for (const user of await context.tables.select().from(users).where(ofIssuer).for("update")) {
    await endSessions(context, identity, user.id);
    recordUser(context, identity, { action: "delete", before: user, after: null });
  }
  await context.tables.delete(users).where(ofIssuer);
  await context.tables.delete(issuers).where(eq(issuers.id, id));
  forget(identity, found.value);
  const before = issuerView(found.value);
  context.record({ entity: "oidcIssuer", entityId: id, action: "delete", before, after: null });
  return ok(undefined);
};
