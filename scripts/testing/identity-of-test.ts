// Identity in a file of live tests: its doors on a real socket, asked with the very tokens that it
// gives out, and clocks that the test moves. The cipher's keys are of the moment.

import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { systemActor } from "../../bss/context.ts";
import { createUser } from "../../bss/identity/create-user.ts";
import {
  type Authenticate,
  createAuthenticate,
  createIdentity,
  type Identity,
  identityRoutes,
} from "../../bss/identity/index.ts";
import type { Role } from "../../bss/permissions.ts";
import { createCipher, keyRingOf, newKeys } from "../../bss/privacy/index.ts";
import { type Answer, type AskOptions, type Doors, openDoors } from "./doors-of-test.ts";

export type IdentityOfTest = {
  readonly identity: Identity;
  readonly doors: Doors;
  readonly authenticate: Authenticate;
  /** ms since 1970, and of the clock that only goes on. */
  readonly clock: { now: number; ticks: number };
  /** With a token or without. */
  ask(method: string, path: string, options?: AskAs): Promise<Answer>;
  /** A user of that role, whose password was changed already. */
  newUser(role: Role | readonly Role[], more?: object): Promise<TestUser>;
  logIn(user: Pick<TestUser, "login" | "password">, more?: object): Promise<Answer>;
};

export type AskAs = Omit<AskOptions, "actor"> & { readonly token?: string | undefined };

export type TestUser = {
  readonly id: string;
  readonly login: string;
  readonly password: string;
  readonly token: string;
};

const password = "twelve brass wheels";

const usersOf = (ask: IdentityOfTest["ask"], doors: () => Doors, identity: () => Identity) => {
  const logIn: IdentityOfTest["logIn"] = (user, more = {}) =>
    ask("POST", "/api/identity/session", {
      body: { login: user.login, password: user.password, ...more },
    });
  const newUser: IdentityOfTest["newUser"] = async (role, more = {}) => {
    const login = `user-${randomUUID()}`;
    const asker = { actor: systemActor("test"), requestId: "test" };
    const wanted = { login, name: "Ada", roles: [role].flat() as Role[], ...more };
    const made = await doors().transact(asker, (context) =>
      createUser(context, identity(), wanted),
    );
    if (!made.isOk) throw new Error(made.error.detail);
    const { oneTimePassword, user } = made.value;
    const first = await logIn({ login, password: oneTimePassword });
    const { token } = first.body;
    const body = { password: oneTimePassword, newPassword: password };
    const changed = await ask("POST", "/api/identity/me/password", { token, body });
    if (changed.status !== 204) throw new Error(changed.text);
    return { id: user.id, login, password, token };
  };
  return { logIn, newUser };
};

/** Closed with the test, or by whoever is given as `onEnd`. */
export const openIdentity = async (
  databaseUrl: string,
  onEnd: (close: () => Promise<void>) => void = onTestFinished,
): Promise<IdentityOfTest> => {
  const clock = { now: Date.now(), ticks: 0 };
  let [identity, authenticate]: [Identity?, Authenticate?] = [];
  const doors = await openDoors(
    databaseUrl,
    ({ transact, database }) => {
      const publicUrl = "http://localhost:7700";
      const cipher = createCipher(keyRingOf(newKeys()));
      const ticks = () => clock.ticks + performance.now();
      identity = createIdentity({ database, transact, cipher, publicUrl, ticks });
      authenticate = createAuthenticate({ ...identity, now: () => clock.now });
      return identityRoutes(identity);
    },
    { onEnd, now: () => clock.now, authenticate: (request) => authenticate!(request) },
  );
  const ask: IdentityOfTest["ask"] = (method, path, { token, headers, ...options } = {}) => {
    const bearer: Record<string, string> =
      token === undefined ? {} : { authorization: `Bearer ${token}` };
    return doors.ask(method, path, { ...options, headers: { ...bearer, ...headers } });
  };
  const users = usersOf(
    ask,
    () => doors,
    () => identity!,
  );
  return { identity: identity!, doors, authenticate: authenticate!, clock, ask, ...users };
};

/** For a file: `beforeAll(() => identity.open(url))`, and what it answers ends it. */
export const openIdentityOfFile = async (
  databaseUrl: string,
): Promise<{ readonly opened: IdentityOfTest; readonly close: () => Promise<void> }> => {
  let close = (): Promise<void> => Promise.resolve();
  const opened = await openIdentity(databaseUrl, (end) => {
    close = end;
  });
  return { opened, close: () => close() };
};
