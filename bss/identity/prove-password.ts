// Somebody says a password. Whether there is such a user, whether they are active, locked or log in
// elsewhere, or the password is wrong: the answer is the same, and takes as long.

import { ok } from "../../engine/values/result.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { Identity } from "./identity.ts";
import type { Tries } from "./lockout.ts";
import { claimTry, pretendTry } from "./tries.ts";
import type { User } from "./views.ts";

export type Proof =
  | { readonly isRight: true; readonly user: User; readonly tries: Tries }
  /** `locked`: this try was the one that locked them. */
  | { readonly isRight: false; readonly locked: Tries | undefined };

export const wrongPassword = () =>
  refuse("UNAUTHENTICATED", "login or password is wrong, or the login is locked for a while");

/** The try stays counted until whoever asked says that all of it was right. */
export const provePassword = async (
  identity: Identity,
  user: User | undefined,
  password: string,
  now: number,
): Promise<Answered<Proof>> => {
  const mayLogIn = user?.isActive && user.passwordHash !== null;
  const tries = mayLogIn ? await claimTry(identity, user.id, now) : undefined;
  if (tries === undefined) await pretendTry(identity);
  const hash = tries === undefined ? undefined : user?.passwordHash;
  const isRight = await identity.passwords.isRight(hash, password);
  if (!isRight.isOk) return isRight;
  if (isRight.value) return ok({ isRight: true, user: user!, tries: tries! });
  return ok({ isRight: false, locked: tries?.lockedUntil == null ? undefined : tries });
};
