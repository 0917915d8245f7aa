// The HTTP doors for a file of live tests: a real listener on a free port over the file's database,
// with the routes that the test brings. Who asks is said by the header X-Test-Actor, an actor as
// JSON: the doors of identity are tested where they stand.

import { onTestFinished } from "vitest";
import { type Actor, systemActor } from "../../bss/context.ts";
import { type Database, openDatabase } from "../../bss/db/connection.ts";
import type { Route } from "../../bss/http/route.ts";
import { createServer, type ServerOptions } from "../../bss/http/server.ts";
import type { Role } from "../../bss/permissions.ts";
import { createTransact, type Transact } from "../../bss/transact.ts";

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Tests know what they asked for.
  // biome-ignore lint/suspicious/noExplicitAny: whatever the door answers
  readonly body: any;
};

export type AskOptions = {
  readonly actor?: Actor;
  /** JSON, or octets and text as they are. */
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Doors = {
  readonly url: string;
  readonly database: Database;
  readonly transact: Transact;
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>;
};

/** With all that its roles may. */
export const actorOf = (role: Role, rest: Partial<Actor> = {}): Actor => ({
  ...{ kind: "user", id: role, name: role, roles: [role] },
  ...rest,
});

const anonymous: Actor = { kind: "anonymous", id: "anonymous", name: "nobody", roles: [] };

const authenticate: ServerOptions["authenticate"] = async ({ headers }) => {
  const given = headers["x-test-actor"];
  const actor = given === undefined ? anonymous : (JSON.parse(given) as Actor);
  return { isOk: true, value: actor };
};

/** Closed with the test, or by whoever is given as `onEnd`. */
export const openDoors = async (
  databaseUrl: string,
  routes: (deps: {
    readonly transact: Transact;
    readonly database: Database;
  }) => readonly Route[] | Promise<readonly Route[]>,
  options: Partial<ServerOptions> & { readonly onEnd?: (close: () => Promise<void>) => void } = {},
): Promise<Doors> => {
  const now = options.now ?? Date.now;
  const database = openDatabase({ url: databaseUrl, name: "test doors", onError: () => undefined });
  const transact = createTransact(database, now);
  const silent = { error: () => undefined, warn: () => undefined };
  const server = await createServer({
    ...{ log: silent, authenticate, transact, now },
    ...options,
    routes: await routes({ transact, database }),
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const close = async () => {
    await server.close();
    await database.close();
  };
  (options.onEnd ?? onTestFinished)(close);
  const url = `http://127.0.0.1:${port}`;
  return { url, database, transact, ask: asking(url) };
};

const asking =
  (url: string): Doors["ask"] =>
  async (method, path, { actor = systemActor("test"), body, type, headers = {} } = {}) => {
    const isRaw = typeof body === "string" || body instanceof Uint8Array;
    const contentType = type ?? (body === undefined ? undefined : "application/json");
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        "x-test-actor": JSON.stringify(actor),
        ...(contentType === undefined ? {} : { "content-type": contentType }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
      redirect: "manual",
    });
    const text = await response.text();
    const isJson = text !== "" && response.headers.get("content-type")?.includes("json");
    const { status } = response;
    return { status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  };
