// TMF620 over HTTP and a real Postgres: the five kinds, their rules and their versions.

import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { actorOf, type Doors, openDoors } from "../../scripts/testing/doors-of-test.ts";
import { expectConforms, pathsOf } from "../../scripts/testing/tmf/conforms.ts";
import { basePath, type KindName, kindNames, typeOf } from "./kind-names.ts";
import { resourceRoutesOfCatalogue } from "./routes.ts";

const file = databaseOfFile();
let doors: Doors;

beforeAll(async () => {
  let close = (): Promise<void> => Promise.resolve();
  doors = await openDoors(file.url, () => resourceRoutesOfCatalogue(), {
    onEnd: (end) => {
      close = end;
    },
  });
  return () => close();
});

const at = (kind: KindName, id = "") => `${basePath}/${kind}${id && `/${id}`}`;
const post = (kind: KindName, body: object) => doors.ask("POST", at(kind), { body });
const make = async (kind: KindName, body: object) => {
  const { body: made, status } = await post(kind, { name: "x", ...body });
  expect([status, made.detail]).toEqual([201, undefined]);
  return made;
};
const get = (kind: KindName, id: string) => doors.ask("GET", at(kind, id));
const patch = (kind: KindName, id: string, body: object, headers = {}) =>
  doors.ask("PATCH", at(kind, id), { body, headers });
const remove = (kind: KindName, id: string) => doors.ask("DELETE", at(kind, id));

test("every operation of the five kinds that TMF620 has is there", () => {
  const there = resourceRoutesOfCatalogue().map(({ method, path }) => `${method} ${path}`);
  const wanted = pathsOf(620)
    .filter(({ path }) => kindNames.some((name) => path.split("/")[4] === name))
    .map(({ method, path }) => `${method} ${path}`);
  expect(there.toSorted()).toEqual(wanted.toSorted());
});

describe.each(kindNames)("a %s", (kind) => {
  test("is made, shown, listed, changed and deleted as TMF620 has it", async () => {
    const made = await post(kind, { name: `a ${kind}`, description: "first" });
    expect(made.status).toBe(201);
    expectConforms(620, typeOf[kind], made.body);
    expect(made.body).toMatchObject({
      ...{ lifecycleStatus: "In study", version: "1.0", "@type": typeOf[kind] },
      lastUpdate: expect.stringMatching(/Z$/),
    });
    const { id } = made.body;
    const got = await get(kind, id);
    expect([got.status, got.body, got.headers.get("etag")]).toEqual([200, made.body, '"1"']);
    const changed = await patch(kind, id, { description: "second" }, { "if-match": '"1"' });
    expect([changed.status, changed.body.description]).toEqual([200, "second"]);
    expectConforms(620, typeOf[kind], changed.body);
    expect((await patch(kind, id, { name: "y" }, { "if-match": '"1"' })).status).toBe(412);
    const listed = await doors.ask("GET", `${at(kind)}?id=${id}`);
    expect(listed.body).toEqual([changed.body]);
    for (const one of listed.body) expectConforms(620, typeOf[kind], one);
    expect((await remove(kind, id)).status).toBe(204);
    for (const answer of [await get(kind, id), await remove(kind, id), await patch(kind, id, {})]) {
      expect(answer.status).toBe(404);
    }
  });

  test("goes its way step by step, and no other", async () => {
    const { id } = await make(kind, {});
    for (const step of ["In Design", "In test", "Active", "Launched", "Retired", "Obsolete"]) {
      const early = await patch(kind, id, { lifecycleStatus: "Obsolete" });
      expect(early.status).toBe(step === "Obsolete" ? 200 : 409);
      if (step === "Obsolete") break;
      expect(early.body.errors[0].pointer).toBe("/lifecycleStatus");
      const next = await patch(kind, id, { lifecycleStatus: step });
      expect([next.status, next.body.lifecycleStatus]).toEqual([200, step.replace("In D", "In d")]);
    }
    const types = await file.sql`SELECT event_type FROM events WHERE resource_id = ${id}`;
    const isStateChange = (one: Record<string, unknown>) =>
      one["event_type"] === `${typeOf[kind]}StateChangeEvent`;
    expect(types.filter(isStateChange)).toHaveLength(6);
  });

  test("is refused with its place where it contradicts itself", async () => {
    const wrong = async (body: object) => {
      const { status, body: problem } = await post(kind, { name: "x", ...body });
      return [status, problem.errors?.[0]?.pointer];
    };
    expect(await wrong({ lifecycleStatus: "Retired" })).toEqual([422, "/lifecycleStatus"]);
    expect(await wrong({ lifecycleStatus: "Sold" })).toEqual([422, "/lifecycleStatus"]);
    expect(await wrong({ version: "new" })).toEqual([422, "/version"]);
    expect(await wrong({ name: "" })).toEqual([422, "/name"]);
    const [startDateTime, endDateTime] = ["2027-02-01T00:00:00Z", "2027-01-01T00:00:00Z"];
    const backwards = { validFor: { startDateTime, endDateTime } };
    expect(await wrong(backwards)).toEqual([422, "/validFor/endDateTime"]);
    const noDay = { validFor: { startDateTime: "2027-02-30T00:00:00Z" } };
    expect((await wrong(noDay))[0]).not.toBe(201);
    expect(await wrong({ price: "free", nmae: 1 })).toEqual([400, expect.any(String)]);
  });
});

test("a reference is filled in, leads somewhere, and holds what it leads to", async () => {
  const category = await make("category", { name: "Mobile" });
  const price = await make("productOfferingPrice", { name: "10 EUR" });
  const offering = await make("productOffering", {
    category: [{ id: category.id }],
    productOfferingPrice: [{ id: price.id, name: "wrong" }],
  });
  expectConforms(620, "ProductOffering", offering);
  expect(offering.category).toEqual([
    { id: category.id, href: at("category", category.id), name: "Mobile" },
  ]);
  expect(offering.productOfferingPrice[0].name).toBe("10 EUR");
  const held = await remove("category", category.id);
  expect([held.status, held.body.code]).toEqual([409, "CONFLICT"]);
  expect(held.body.detail).toContain(`productOffering ${offering.id}`);
  const dangling = await post("productOffering", {
    name: "x",
    category: [{ id: category.id }, { id: "nowhere" }],
    productOfferingPrice: [{ name: "by value" }],
  });
  expect(dangling.status).toBe(422);
  expect(dangling.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
    "/category/1/id",
    "/productOfferingPrice/0/id",
  ]);
  expect((await patch("category", category.id, { parentId: category.id })).status).toBe(422);
  expect((await patch("productOffering", offering.id, { category: null })).status).toBe(200);
  expect((await remove("category", category.id)).status).toBe(204);
});

test("what is on offer stays, a change begins a version, which then takes its place", async () => {
  const { id } = await make("productOffering", { name: "Data 10", lifecycleStatus: "Launched" });
  const next = await patch("productOffering", id, { name: "Data 12" });
  const address = `${id}:(version=2.0)`;
  expect([next.status, next.headers.get("content-location")]).toEqual([
    200,
    at("productOffering", address),
  ]);
  expect(next.body).toMatchObject({ id, version: "2.0", lifecycleStatus: "In design" });
  expectConforms(620, "ProductOffering", next.body);
  expect((await get("productOffering", id)).body).toMatchObject({ name: "Data 10" });
  const again = await patch("productOffering", id, { name: "Data 15" });
  expect([again.status, again.body.detail]).toEqual([409, expect.stringContaining(address)]);
  expect((await patch("productOffering", address, { name: "Data 15" })).status).toBe(200);
  expect((await remove("productOffering", id)).status).toBe(409);
  await patch("productOffering", address, { lifecycleStatus: "In test" });
  const active = await patch("productOffering", address, { lifecycleStatus: "Active" });
  expect(active.body).toMatchObject({ name: "Data 15", href: at("productOffering", id) });
  expect((await get("productOffering", id)).body).toEqual(active.body);
  expect((await get("productOffering", address)).status).toBe(404);
  const before = `${id}:(version=1.0)`;
  expect((await get("productOffering", before)).body).toMatchObject({
    ...{ name: "Data 10", version: "1.0", lifecycleStatus: "Launched" },
  });
  expect((await patch("productOffering", before, { name: "z" })).status).toBe(409);
  const retired = await patch("productOffering", before, { lifecycleStatus: "Retired" });
  expect(retired.status).toBe(200);
  const all = await doors.ask("GET", `${at("productOffering")}?id=${id}`);
  expect(all.body.map(({ version }: { version: string }) => version).toSorted()).toEqual([
    "1.0",
    "2.0",
  ]);
});

test("a tag of the version before never opens the one after it", async () => {
  const { id } = await make("catalog", { lifecycleStatus: "Active" });
  const { headers } = await get("catalog", id);
  const etag = headers.get("etag") ?? "";
  const both = { name: "y", lifecycleStatus: "Active" };
  expect((await patch("catalog", id, both, { "if-match": etag })).body.version).toBe("2.0");
  expect((await patch("catalog", id, { name: "z" }, { "if-match": etag })).status).toBe(412);
  const late = await patch("catalog", id, { name: "z", version: "1.5" });
  expect([late.status, late.body.errors[0].pointer]).toEqual([422, "/version"]);
});

test("of ten who change what is on offer at once, one begins the version", async () => {
  const { id } = await make("productOfferingPrice", { lifecycleStatus: "Active" });
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => patch("productOfferingPrice", id, { name: `n${n}` })),
  );
  const statuses = answers.map(({ status }) => status).toSorted();
  expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
});

test("nothing is sold by a price that is over, and none ends that something needs", async () => {
  const price = await make("productOfferingPrice", { lifecycleStatus: "Active" });
  const given = { productOfferingPrice: [{ id: price.id }], lifecycleStatus: "Active" };
  const sold = await make("productOffering", given);
  const retire = () => patch("productOfferingPrice", price.id, { lifecycleStatus: "Retired" });
  const needed = await retire();
  expect([needed.status, needed.body.detail]).toEqual([409, expect.stringContaining(sold.id)]);
  await patch("productOffering", sold.id, { lifecycleStatus: "Retired" });
  expect((await retire()).status).toBe(200);
  const late = await post("productOffering", { name: "late", ...given });
  expect([late.status, late.body.errors[0].pointer]).toEqual([422, "/productOfferingPrice/0/id"]);
  const unsold = { name: "part", ...given, isSellable: false };
  expect((await post("productOffering", unsold)).status).toBe(201);
});

test("two versions that say when they hold do not hold at the same time", async () => {
  const validFor = (start: string, end?: string) => ({
    validFor: { startDateTime: start, ...(end === undefined ? {} : { endDateTime: end }) },
  });
  const { id } = await make("productOffering", {
    lifecycleStatus: "Active",
    ...validFor("2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"),
  });
  const begin = (start: string) =>
    patch("productOffering", id, { ...validFor(start), lifecycleStatus: "Active", name: "y" });
  const early = await begin("2027-06-01T00:00:00Z");
  expect([early.status, early.body.errors?.[0].pointer]).toEqual([422, "/validFor/startDateTime"]);
  expect((await begin("2028-01-01T00:00:00Z")).status).toBe(200);
});

test("who may only read changes nothing", async () => {
  const body = { name: "x" };
  for (const role of ["care-agent", "billing", "auditor", "self-care", "network"] as const) {
    const actor = actorOf(role, { customerId: "anna" });
    expect((await doors.ask("POST", at("catalog"), { actor, body })).status).toBe(403);
    expect((await doors.ask("GET", at("catalog"), { actor })).status).toBeLessThan(300);
  }
  const actor = actorOf("catalogue-manager");
  expect((await doors.ask("POST", at("catalog"), { actor, body })).status).toBe(201);
});

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const commands = fc.array(
  fc.record({
    what: fc.constantFrom("rename", "step", "step", "step", "delete", "refer"),
    which: fc.nat(5),
    status: fc.constantFrom("In design", "In test", "Active", "Launched", "Retired", "Rejected"),
  }),
  { minLength: 5, maxLength: 25 },
);

test(`whatever is done in whatever order, its invariants hold (seed ${seed})`, async () => {
  const check = fc.asyncProperty(commands, async (list) => {
    const price = await make("productOfferingPrice", { name: "p" });
    const { id } = await make("productOffering", { productOfferingPrice: [{ id: price.id }] });
    const targets: [KindName, string][] = [
      ["productOffering", id],
      ["productOfferingPrice", price.id],
      ["productOffering", `${id}:(version=2.0)`],
      ["productOffering", `${id}:(version=1.0)`],
      ["productOfferingPrice", `${price.id}:(version=2.0)`],
      ["productOfferingPrice", `${price.id}:(version=1.0)`],
    ];
    const kept = new Map<string, unknown>();
    for (const [index, { what, which, status }] of list.entries()) {
      const [kind, address] = targets[which]!;
      const answer =
        what === "delete"
          ? await remove(kind, address)
          : await patch(
              kind,
              address,
              what === "step" ? { lifecycleStatus: status } : { name: `n${index}` },
            );
      expect([200, 204, 404, 409, 422]).toContain(answer.status);
      await expectInvariants(id, price.id, kept);
    }
  });
  await fc.assert(check, { seed, numRuns: 12 });
}, 60_000);

/** What was offered never changes; one version of each number; no reference leads nowhere. */
const expectInvariants = async (id: string, priceId: string, kept: Map<string, unknown>) => {
  const rows = await file.sql`SELECT 'offering' AS kind, id, document FROM product_offering
    WHERE document ->> 'id' = ${id} UNION ALL SELECT 'price', id, document
    FROM product_offering_price WHERE document ->> 'id' = ${priceId}`;
  const numbers = rows.map((row) => `${row["kind"]} ${(row["document"] as never)["version"]}`);
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const [index, { document, id: address }] of rows.entries()) {
    const { href, lifecycleStatus, lastUpdate, statusReason, ...content } = document as Record<
      string,
      unknown
    >;
    expect(href).toContain(address);
    const key = numbers[index]!;
    if (kept.has(key)) expect(content).toEqual(kept.get(key));
    if (["Active", "Launched", "Retired"].includes(String(lifecycleStatus))) kept.set(key, content);
  }
  const isReferred = rows.some(({ kind }) => kind === "offering");
  if (isReferred) expect(rows.some(({ kind }) => kind === "price")).toBe(true);
};
