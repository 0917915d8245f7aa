// Whatever is sent to the catalogue: it is done, or refused with its reason; never a 500, and never
// half a write.

import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { arbitraryOf } from "../../scripts/testing/arbitrary-of.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { type Doors, openDoors } from "../../scripts/testing/doors-of-test.ts";
import { mutationsOf } from "../../scripts/testing/mutations-of.ts";
import { expectConforms } from "../../scripts/testing/tmf/conforms.ts";
import type { Route } from "../http/route.ts";
import { catalogueKinds, catalogueRoutes } from "./index.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const file = databaseOfFile();
let doors: Doors;

const routes: readonly Route[] = catalogueRoutes();

beforeAll(async () => {
  let close = (): Promise<void> => Promise.resolve();
  doors = await openDoors(file.url, () => routes, {
    onEnd: (end) => {
      close = end;
    },
  });
  return () => close();
});

/** As JSON alone; undefined: no body can say it. */
const asJson = (value: unknown): unknown => {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null");
  } catch {
    return undefined;
  }
};

const expectAnswered = async (route: Route, path: string, body: unknown) => {
  const given = body === undefined ? {} : { body: JSON.stringify(body), type: "application/json" };
  const answer = await doors.ask(route.method, path, given);
  const what = `${route.method} ${path} ${JSON.stringify(body)?.slice(0, 500)}`;
  expect(answer.status, `${what}: ${answer.text.slice(0, 300)}`).toBeLessThan(500);
  if (answer.status >= 400) expect(answer.body.code, what).toMatch(/^[A-Z_]+$/);
  return answer;
};

const oddIds = [
  ...["x", "%00", "%ff", "'%20OR%20''='", "..%2f..", "🦄", "x".repeat(128), "x".repeat(4_000)],
  ...["42:(version=1.0)", "42:(version=", "%F0%9F%A6", "null", "__proto__", "%5B%5D"],
];

test("no id of any route is taken for another thing", async () => {
  for (const route of routes.filter(({ path }) => path.includes(":id"))) {
    for (const id of oddIds) {
      const path = route.path.replace(":id", encodeURI(id).replaceAll("%25", "%"));
      await expectAnswered(route, path, route.body === undefined ? undefined : {});
    }
  }
});

test(`no spoilt body of any route makes it fail (seed ${seed})`, async () => {
  for (const route of routes) {
    if (route.body === undefined || route.method !== "POST") continue;
    const { body: shape } = route;
    const spoilt = fc.sample(mutationsOf(shape as never), { seed, numRuns: 30 });
    for (const { document } of spoilt) {
      const body = asJson(document);
      if (body !== undefined) await expectAnswered(route, route.path, body);
    }
  }
}, 120_000);

test(`whatever a shape takes is kept as it is shown, or refused (seed ${seed})`, async () => {
  for (const kind of catalogueKinds) {
    const route = routes.find(({ method, path }) => method === "POST" && path.endsWith(kind.name))!;
    const patching = routes.find(
      ({ method, path }) => method === "PATCH" && path.endsWith(`${kind.name}/:id`),
    )!;
    const bodies = fc.sample(arbitraryOf(kind.shapes.create), { seed, numRuns: 25 });
    const patches = fc.sample(arbitraryOf(kind.shapes.update), { seed, numRuns: 25 });
    for (const [index, body] of bodies.entries()) {
      const plain = asJson(body) as Record<string, unknown>;
      // Without references, which lead nowhere, and with a state that there is.
      for (const [name, value] of Object.entries(plain)) {
        if (Array.isArray(value) || name === "parentId") delete plain[name];
      }
      const made = await expectAnswered(route, route.path, {
        ...plain,
        ...{ name: "x", lifecycleStatus: "In study", version: "1.0" },
      });
      if (made.status !== 201) continue;
      expectConforms(620, kind.type, made.body);
      const path = `${route.path}/${made.body.id}`;
      const patched = await expectAnswered(patching, path, asJson(patches[index]));
      if (patched.status === 200) expectConforms(620, kind.type, patched.body);
      const got = await doors.ask("GET", path);
      expect(got.body).toEqual(patched.status === 200 ? patched.body : made.body);
    }
  }
}, 120_000);

test("odd words in an address are refused, or find nothing", async () => {
  const odd = [
    "limit=-1",
    "offset=x",
    "sort=name",
    "a..b=1",
    "name='",
    'name="',
    "x=%00",
    "after=-1",
  ];
  for (const route of routes.filter(({ method }) => method === "GET")) {
    for (const query of odd) {
      await expectAnswered(route, `${route.path.replace(":id", "none")}?${query}`, undefined);
    }
  }
});
