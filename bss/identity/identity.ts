// What identity keeps in a process besides its tables: who was let in a moment ago, the keys of
// issuers, how many passwords are being hashed. One for a process; its verbs get it after the
// context.

import { assert } from "../../engine/values/assert.ts";
import type { Database } from "../db/connection.ts";
import type { Cipher, EncryptedTable } from "../privacy/index.ts";
import type { Transact } from "../transact.ts";
import { type ActorCache, createActorCache } from "./actor-cache.ts";
import { createKeySets, type KeySets } from "./key-sets.ts";
import { createPasswordHashing, type PasswordHashing } from "./password-hashing.ts";

/** Never renamed: what was sealed with a name opens with that name only. */
export const sealed = {
  totpSecret: "identity_users.totp_secret",
  clientSecret: "identity_issuers.client_secret",
  codeVerifier: "identity_oidc_logins.code_verifier",
} as const;

/** For a change of keys. Logins under way are over before anybody takes an old key away. */
export const identityEncryptedTables: readonly EncryptedTable[] = [
  {
    ...{ table: "identity_users", idColumn: "id", documents: [] },
    columns: [{ column: "totp_secret", purpose: sealed.totpSecret }],
  },
  {
    ...{ table: "identity_issuers", idColumn: "id", documents: [] },
    columns: [{ column: "client_secret", purpose: sealed.clientSecret }],
  },
];

/** What this program has sealed opens, or the keys are not those that it had. */
export const unseal = ({ cipher }: Identity, text: string, purpose: string): string => {
  const opened = cipher.open(text, purpose);
  assert(opened.isOk, `${purpose} does not open: ${opened.isOk ? "" : opened.error.code}`);
  return opened.value;
};

export type IdentityOptions = {
  /** Single statements, committed at once: a failed try counts although its request is refused. */
  readonly database: Pick<Database, "tables" | "statements">;
  /**
   * For logging in, which holds no transaction while a password is hashed or an issuer is asked.
   */
  readonly transact: Transact;
  readonly cipher: Cipher;
  /** As browsers reach it, without a slash at its end: issuers send people back there. */
  readonly publicUrl: string;
  /** ms of a clock that only goes on, as `performance.now`. */
  readonly ticks: () => number;
};

export type Identity = IdentityOptions & {
  readonly actors: ActorCache;
  readonly keySets: KeySets;
  readonly passwords: PasswordHashing;
  /** Of OIDC logins: each waits for an issuer. */
  readonly exchanges: { underWay: number };
};

/** What it takes to tell who asks. */
export type AuthenticateOptions = Pick<Identity, "database" | "actors" | "keySets"> & {
  /** ms since 1970, the movable clock's. */
  readonly now: () => number;
};

export const createIdentity = (options: IdentityOptions): Identity => ({
  ...options,
  actors: createActorCache(options.ticks),
  keySets: createKeySets(options.ticks),
  passwords: createPasswordHashing(),
  exchanges: { underWay: 0 },
});
