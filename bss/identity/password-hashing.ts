// Passwords as argon2id hashes. A hash takes a core for tens of milliseconds by intent: so many at
// once are taken on, and who comes then is asked to wait, or a flood of logins would stop the rest.

import { hash, verify } from "@node-rs/argon2";
import { ok } from "../../engine/values/result.ts";
import { type Answered, refuse } from "../http/problem.ts";
import { limits } from "../limits.ts";
import { normalisedPassword } from "./password-rules.ts";

/** argon2id is the library's default kind. */
const settings = {
  memoryCost: limits.passwordHashMemoryKiB,
  timeCost: limits.passwordHashPasses,
  parallelism: 1,
} as const;

export type PasswordHashing = {
  hash(password: string): Promise<Answered<string>>;
  /** Against no hash takes as long, and is never right: nobody learns whether there is one. */
  isRight(passwordHash: string | null | undefined, password: string): Promise<Answered<boolean>>;
};

const tooMany = () =>
  refuse("TOO_MANY_REQUESTS", "too many log in at the moment", { headers: { "retry-after": "1" } });

export const createPasswordHashing = (): PasswordHashing => {
  let underWay = 0;
  let nobodys: Promise<string> | undefined;
  const bounded = async <T>(work: () => Promise<T>): Promise<Answered<T>> => {
    if (underWay >= limits.passwordHashesMax) return tooMany();
    underWay++;
    try {
      return ok(await work());
    } finally {
      underWay--;
    }
  };
  return {
    hash: (password) => bounded(() => hash(normalisedPassword(password), settings)),
    isRight: async (passwordHash, password) => {
      nobodys ??= hash("nobody has this password", settings);
      const against = passwordHash ?? (await nobodys);
      const isRight = await bounded(() => verify(against, normalisedPassword(password)));
      return isRight.isOk ? ok(isRight.value && typeof passwordHash === "string") : isRight;
    },
  };
};
