// A request for a route from nothing but what the route says of itself: its path filled in, its
// query, a body by its shape; or a spoilt one.

import fc, { type Arbitrary } from "fast-check";
import { z } from "zod";
import type { Route } from "../../bss/http/route.ts";
import { arbitraryOf } from "./arbitrary-of.ts";
import { mutationsOf } from "./mutations-of.ts";

export type RouteRequest = {
  readonly method: string;
  readonly path: string;
  readonly type: string | undefined;
  /** JSON text, or octets as they are. */
  readonly body: string | Uint8Array | undefined;
};

/** Of no resource that there is. */
export const absentId = "01900000-0000-7000-8000-00000000dead";

export const pathOf = ({ path }: Route, params: Readonly<Record<string, string>> = {}): string =>
  path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? absentId));

const tooDeep = 20_000;

const typeOf = (route: Route): string => route.bodyTypes?.[0] ?? "application/json";

/** Of a body that is no JSON there is no shape. */
const isJson = (route: Route): boolean => route.body !== undefined && route.bodyTypes === undefined;

const hostileTexts = fc.constantFrom(
  "",
  "'; DROP TABLE http_requests; --",
  "=HYPERLINK(1)",
  "%00",
  "\u{1F4A9}",
  "../../etc/passwd",
  "{{7*7}}",
  "true",
  "-1",
  "9".repeat(40),
  "x".repeat(2_000),
);

const queriesOf = ({ query }: Route): Arbitrary<string> => {
  const names =
    query instanceof z.ZodObject ? Object.keys(query.shape) : ["limit", "fields", "a.b"];
  const name = fc.oneof(fc.constantFrom(...names, "limit", "offset", "x"), hostileTexts);
  const pair = fc
    .tuple(name, hostileTexts)
    .map(([one, other]) => `${encodeURIComponent(one)}=${encodeURIComponent(other)}`);
  return fc
    .array(fc.oneof({ weight: 8, arbitrary: pair }, fc.constant("%ff=1")), { maxLength: 3 })
    .map((pairs) => (pairs.length === 0 ? "" : `?${pairs.join("&")}`));
};

const brokenBodies: Arbitrary<string | Uint8Array> = fc.oneof(
  fc.constantFrom("", "{", '{"a":1,"a":2}', '{"__proto__":{}}', "[]", "null", '"text"', "1e999"),
  fc.constant("[".repeat(5_000)),
  fc.uint8Array({ maxLength: 40 }),
);

/** What is too deep to be written is sent as deep as that, with nothing in it. */
const jsonOf = (document: unknown): string => {
  try {
    return JSON.stringify(document);
  } catch {
    return "[".repeat(tooDeep) + "]".repeat(tooDeep);
  }
};

const bodiesOf = (route: Route): Arbitrary<string | Uint8Array | undefined> => {
  const { body, method } = route;
  // Fetch sends none with a GET.
  if (body === undefined && method === "GET") return fc.constant(undefined);
  if (body === undefined) return fc.constantFrom(undefined, undefined, "{}", "x");
  if (!isJson(route)) return fc.oneof(brokenBodies, fc.string({ maxLength: 200 }));
  const mutated = mutationsOf(body).map(({ document }) => jsonOf(document));
  const valid = arbitraryOf(body).map((document) => JSON.stringify(document));
  return fc.oneof(
    { weight: 5, arbitrary: mutated },
    { weight: 3, arbitrary: valid },
    { weight: 2, arbitrary: brokenBodies },
  );
};

const hostileIds = fc.oneof(
  { weight: 2, arbitrary: fc.constant(absentId) },
  hostileTexts.filter((text) => text !== ""),
);

/** Whatever somebody might send there; nothing of it may ever be answered with a 500. */
export const requestsOf = (route: Route): Arbitrary<RouteRequest> =>
  fc
    .tuple(
      fc.array(hostileIds, { minLength: 4, maxLength: 4 }),
      queriesOf(route),
      bodiesOf(route),
      fc.oneof(
        { weight: 9, arbitrary: fc.constant(typeOf(route)) },
        fc.constantFrom("text/plain", "application/xml", "x", "application/json; charset=latin1"),
      ),
    )
    .map(([ids, query, body, type]) => {
      const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
      const params = Object.fromEntries(names.map((name, place) => [name, ids[place] ?? absentId]));
      const path = `${pathOf(route, params)}${query}`;
      return { method: route.method, path, type: body === undefined ? undefined : type, body };
    });

/** One that is valid as far as the shape knows, for an id that is not there. */
export const plainRequestOf = (route: Route): RouteRequest => {
  const isBodied = route.body !== undefined;
  const [document] = isJson(route) ? fc.sample(arbitraryOf(route.body as z.ZodType), 1) : [];
  const body = isJson(route) ? JSON.stringify(document) : isBodied ? "x" : undefined;
  return {
    ...{ method: route.method, path: pathOf(route), body },
    type: isBodied ? typeOf(route) : undefined,
  };
};
