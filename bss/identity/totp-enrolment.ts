// A user takes an authenticator app into use, and out of it. It counts from the first right code
// on: a QR code that was never scanned shuts nobody out.

import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Context } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { toBase32 } from "./base32.ts";
import { proveOwnPassword } from "./change-password.ts";
import { findSelf, lockUser } from "./find-user.ts";
import { type Identity, sealed, unseal } from "./identity.ts";
import { recordUser } from "./record-identity.ts";
import { identityUsers as users } from "./schema.ts";
import { otpauthUri, stepOfCode } from "./totp.ts";
import type { User } from "./views.ts";

/** RFC 4226, 4: 160 bits are recommended. */
const secretOctets = 20;

const save = async (
  context: Context,
  identity: Identity,
  user: User,
  changed: Partial<User>,
): Promise<void> => {
  await context.tables.update(users).set(changed).where(eq(users.id, user.id));
  recordUser(context, identity, { action: "update", before: user, after: { ...user, ...changed } });
};

export type NewTotp = { readonly secret: string; readonly uri: string };

export const enrolTotp = async (
  context: Context,
  identity: Identity,
  password: string,
): Promise<Answered<NewTotp>> => {
  const user = await proveOwnPassword(context, identity, password);
  if (!user.isOk) return user;
  if (user.value.mustChangePassword) return refuse("FORBIDDEN", "change the password first");
  if (user.value.isTotpConfirmed) return refuse("CONFLICT", "there is one: remove it first");
  const secret = randomBytes(secretOctets);
  const totpSecret = identity.cipher.seal(secret.toString("base64"), sealed.totpSecret);
  await save(context, identity, user.value, { totpSecret });
  return ok({ secret: toBase32(secret), uri: otpauthUri(secret, user.value.login) });
};

export const confirmTotp = async (
  context: Context,
  identity: Identity,
  code: string,
): Promise<Answered<undefined>> => {
  const self = await findSelf(context);
  if (!self.isOk) return self;
  const user = await lockUser(context, self.value.id);
  if (!user.isOk) return user;
  const { totpSecret, totpLastStep: lastStep, isTotpConfirmed } = user.value;
  if (totpSecret === null) return refuse("CONFLICT", "none was enrolled");
  if (isTotpConfirmed) return refuse("CONFLICT", "it is confirmed already");
  const secret = Buffer.from(unseal(identity, totpSecret, sealed.totpSecret), "base64");
  const step = stepOfCode(secret, code, { now: context.now, lastStep });
  if (step === undefined) {
    const detail = "the code is wrong or too old";
    return refuse("UNPROCESSABLE", detail, { errors: [{ pointer: "/code", detail }] });
  }
  await save(context, identity, user.value, { isTotpConfirmed: true, totpLastStep: step });
  return ok(undefined);
};

export const removeTotp = async (
  context: Context,
  identity: Identity,
  password: string,
): Promise<Answered<undefined>> => {
  const user = await proveOwnPassword(context, identity, password);
  if (!user.isOk) return user;
  if (user.value.totpSecret === null) return refuse("NOT_FOUND", "there is none");
  await save(context, identity, user.value, { totpSecret: null, isTotpConfirmed: false });
  return ok(undefined);
};
