// Somebody comes back from an issuer: once, within ten minutes, with the browser that they left
// with. They become a user here, with the roles that the issuer's claims are worth, and have a
// session.

import { and, eq } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { uuidV7 } from "../db/uuid-v7.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { type Claims, customerOfClaims, nameOfClaims, rolesOfClaims } from "./claims.ts";
import { exchangeCode } from "./exchange-code.ts";
import { type Identity, sealed, unseal } from "./identity.ts";
import { actorOfUser } from "./log-in.ts";
import { type OpenedSession, openSession, type Whence } from "./open-session.ts";
import { recordUser } from "./record-identity.ts";
import {
  identityIssuers as issuers,
  identityOidcLogins as logins,
  identityUsers as users,
} from "./schema.ts";
import { hashOf } from "./secrets.ts";
import { type LoginIssuer, loginIssuer } from "./start-oidc-login.ts";
import { type User, userView } from "./views.ts";

export type FinishOidcLogin = Whence & {
  readonly state: string;
  /** As the browser kept it. */
  readonly keptState: string | undefined;
  readonly code: string | undefined;
  /** RFC 6749, 4.1.2.1: why the issuer sent no code. */
  readonly error: string | undefined;
  /** RFC 9207: who says to be sending them. */
  readonly iss: string | undefined;
};

/** It is gone with that, whatever comes of it: a state is good for one try. */
const takeLogin = async ({ database: { tables } }: Identity, state: string, now: number) => {
  const isThis = eq(logins.stateHash, hashOf(state));
  const [login] = await tables.delete(logins).where(isThis).returning();
  if (login === undefined || now >= login.expiresAt) return undefined;
  const [found] = await tables.select().from(issuers).where(eq(issuers.id, login.issuerId));
  const issuer = loginIssuer(found);
  return issuer === undefined ? undefined : { ...login, issuer };
};

/** The id that they have here already, or a new one. */
const idOf = async (
  { database: { tables } }: Identity,
  issuer: LoginIssuer,
  claims: Claims,
  now: number,
): Promise<string> => {
  const isThis = and(eq(users.issuerId, issuer.id), eq(users.subject, String(claims["sub"])));
  const [known] = await tables.select({ id: users.id }).from(users).where(isThis);
  return known?.id ?? uuidV7(now);
};

const userOf = (id: string, issuer: LoginIssuer, claims: Claims, now: number): User => ({
  ...{ id, login: `${issuer.name}:${claims["sub"]}`, email: null },
  ...{ name: nameOfClaims(claims), roles: [...rolesOfClaims(claims, issuer)] },
  ...{ customerId: customerOfClaims(claims, issuer) ?? null, passwordHash: null, isActive: true },
  ...{ mustChangePassword: false, failedTries: 0, lockedUntil: null },
  ...{ totpSecret: null, isTotpConfirmed: false, totpLastStep: 0 },
  ...{ issuerId: issuer.id, subject: String(claims["sub"]), createdAt: now },
});

/** As the issuer says now: who lost a role there has lost it here. */
const saveUser = async (context: Context, identity: Identity, wanted: User): Promise<User> => {
  const { tables } = context;
  const isThis = and(eq(users.issuerId, wanted.issuerId!), eq(users.subject, wanted.subject!));
  // Of two logins at once one makes the user.
  const [made] = await tables.insert(users).values(wanted).onConflictDoNothing().returning();
  if (made !== undefined) {
    recordUser(context, identity, { action: "create", before: null, after: made });
    return made;
  }
  const [known] = await tables.select().from(users).where(isThis).for("update");
  const { name, roles, customerId } = wanted;
  const user = { ...known!, name, roles, customerId };
  await tables.update(users).set({ name, roles, customerId }).where(isThis);
  const [before, after] = [userView(known!), userView(user)];
  if (JSON.stringify(before) !== JSON.stringify(after)) {
    recordUser(context, identity, { action: "update", before: known!, after: user });
  }
  return user;
};

const over = "this login is over, or was finished already: begin again";

/** Needs no transaction of the context, for none shall wait for an issuer. */
export const finishOidcLogin = async (
  context: Context,
  identity: Identity,
  { state, keptState, code, error, iss, ...whence }: FinishOidcLogin,
): Promise<Answered<OpenedSession>> => {
  if (keptState !== state) {
    return refuse("UNAUTHENTICATED", "this login was begun with another browser");
  }
  const { now, requestId, reason } = context;
  const login = await takeLogin(identity, state, now);
  if (login === undefined) return refuse("UNAUTHENTICATED", over);
  const { issuer, nonce } = login;
  if (iss !== undefined && iss !== issuer.issuer) {
    return refuse("UNAUTHENTICATED", "another issuer answers than was asked");
  }
  if (error !== undefined || code === undefined) {
    return refuse("UNAUTHENTICATED", "the issuer let nobody in");
  }
  const codeVerifier = unseal(identity, login.codeVerifier, sealed.codeVerifier);
  const claims = await exchangeCode(identity, { issuer, code, codeVerifier, nonce, now });
  if (!claims.isOk) return claims;
  const id = await idOf(identity, issuer, claims.value, now);
  const wanted = userOf(id, issuer, claims.value, now);
  if (wanted.roles.length === 0) {
    return refuse("FORBIDDEN", "the issuer knows you, but nothing it says is a role here");
  }
  return identity.transact({ actor: actorOfUser(wanted), requestId, reason }, async (inner) => {
    const user = await saveUser(inner, identity, wanted);
    if (!user.isActive) return refuse("FORBIDDEN", "this user is not active here");
    // Roles may have changed: other sessions of the same user are looked at anew.
    identity.actors.forget(user.id);
    return ok(await openSession(inner, identity, { user, ...whence }));
  });
};
