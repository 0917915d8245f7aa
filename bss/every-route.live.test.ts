// Every route there is, by nothing but its declaration: who may and who may not, and whatever
// anybody sends there is answered in the one form and leaves nothing half done.

import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { plainRequestOf, requestsOf } from "../scripts/testing/ask-route.ts";
import { databaseOfFile } from "../scripts/testing/database-of-file.ts";
import { type Answer, actorOf, type Doors, openDoors } from "../scripts/testing/doors-of-test.ts";
import {
  businessToken,
  createCleanUp,
  endpointOf,
  startEngineHere,
} from "../scripts/testing/engine.ts";
import { openClockOfTest, partsOfTest } from "../scripts/testing/parts-of-test.ts";
import { redisOfFile } from "../scripts/testing/redis-of-file.ts";
import type { Actor } from "./context.ts";
import { openEngineConnection } from "./engine-connection.ts";
import { permissions, type Role, roles } from "./permissions.ts";
import { type RouteParts, routesOf } from "./routes.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const file = databaseOfFile();
const redis = redisOfFile();
let doors: Doors;

/** For their declarations alone: nothing of it is called. */
const undone = { webhooks: {}, balances: {} } as RouteParts;
const { routes, kinds } = routesOf(undone);

const silent = { info: () => undefined, warn: () => undefined };

beforeAll(async () => {
  let close = (): Promise<void> => Promise.resolve();
  let stop = (): Promise<void> => Promise.resolve();
  const cleanUp = createCleanUp();
  const engine = cleanUp.add(await startEngineHere({ redisUrl: redis.url, listener: "ws" }));
  const charging = cleanUp.add(
    openEngineConnection({ url: endpointOf(engine), token: businessToken, log: silent }),
  );
  const routesWith = async (parts: Parameters<typeof partsOfTest>[0]) => {
    const clock = await openClockOfTest(parts.database, redis.url, (end) => {
      stop = end;
    });
    return routesOf(partsOfTest(parts, { clock, engine: charging.engine })).routes;
  };
  doors = await openDoors(file.url, routesWith, {
    requestsPerMinute: 10_000_000,
    onEnd: (end) => {
      close = end;
    },
  });
  return async () => {
    await stop();
    await close();
    await cleanUp.run();
  };
});

const anonymous: Actor = { kind: "anonymous", id: "anonymous", name: "nobody", roles: [] };

const asked = ({ method, path, type, body }: ReturnType<typeof plainRequestOf>, actor: Actor) =>
  doors.ask(method, path, {
    actor,
    ...(body === undefined ? {} : { body }),
    ...(type === undefined ? {} : { type }),
  });

/** A refusal is a problem in the one form, and tells nothing of the inside. */
const expectInForm = (answer: Answer, what: string) => {
  expect(answer.status, `${what}: ${answer.text}`).toBeLessThan(500);
  expect(answer.text).not.toMatch(/\bat .+\.(?:ts|js):\d+|node_modules|postgres/i);
  if (answer.status < 400) return;
  expect(answer.headers.get("content-type"), what).toContain("application/problem+json");
  expect(answer.body, what).toMatchObject({ status: answer.status, code: expect.any(String) });
};

describe.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
  "%s",
  (name, route) => {
    test("lets in who may, and nobody else", async () => {
      const { permission } = route;
      const request = plainRequestOf(route);
      const nobody = await asked(request, anonymous);
      if (permission === "public") {
        expectInForm(nobody, "nobody");
        return;
      }
      expect([nobody.status, nobody.body.code]).toEqual([401, "UNAUTHENTICATED"]);
      const allowed: Partial<Record<Role, string>> = permissions[permission];
      for (const role of roles) {
        const answer = await asked(request, actorOf(role, { customerId: "nobody's" }));
        const isRefused = answer.status === 403 && answer.body.detail.includes(permission);
        expect(isRefused, `${role}: ${answer.status}`).toBe(allowed[role] === undefined);
        expectInForm(answer, role);
      }
    });

    test(`answers whatever comes in the one form, and leaves no half (seed ${seed})`, async () => {
      const actor = actorOf("administrator", { roles: [...roles] });
      await fc.assert(
        fc.asyncProperty(requestsOf(route), async (request) => {
          const before = await traces();
          const answer = await asked(request, actor);
          expectInForm(answer, `${name} ${request.path} ${String(request.body)}`);
          if (answer.status >= 400) expect(await traces()).toEqual(before);
        }),
        { seed, numRuns: 12 },
      );
    });
  },
);

/** What any write leaves. */
const traces = async () => {
  const [row] = await file.sql`SELECT (SELECT count(*) FROM audit_entries) AS audit,
    (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM http_requests) AS requests`;
  return row;
};

const owned = kinds.filter((kind) => kind.ownerOf !== undefined || kind.isOwnerGiven);
describe.each(owned.map((kind) => [kind.name, kind] as const))("a %s of another", (_, kind) => {
  test("is not there for a customer, by no method", async () => {
    const table = kind.table;
    const document = { id: "foreign", href: "/foreign", "@type": kind.type, name: "foreign" };
    await doors.database.tables.insert(table).values({
      ...{ id: "foreign", revision: 1, owner: "somebody", document, createdAt: 1, updatedAt: 1 },
    });
    const other = actorOf("self-care", { customerId: "another" });
    const path = `${kind.api.basePath}/${kind.name}`;
    for (const method of kind.methods) {
      if (method === "list" || method === "create") continue;
      const verb = { get: "GET", patch: "PATCH", delete: "DELETE" }[method];
      const body = method === "patch" ? { body: {} } : {};
      const answer = await doors.ask(verb, `${path}/foreign`, { actor: other, ...body });
      expect([403, 404], `${verb} ${answer.text}`).toContain(answer.status);
    }
    const list = await doors.ask("GET", path, { actor: other });
    if (list.status === 200) expect(list.body).toEqual([]);
  });
});
