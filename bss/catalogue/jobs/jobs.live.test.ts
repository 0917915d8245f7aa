// Imports and exports over HTTP and a real Postgres: each row once, whatever happens on the way.

import { beforeEach, expect, test } from "vitest";
import { databaseOfFile } from "../../../scripts/testing/database-of-file.ts";
import { actorOf, type Doors, openDoors } from "../../../scripts/testing/doors-of-test.ts";
import { cleanUpOfTest, until } from "../../../scripts/testing/engine.ts";
import { demoCatalogue } from "../../../scripts/testing/filled-catalogue.ts";
import { expectConforms } from "../../../scripts/testing/tmf/conforms.ts";
import { limits } from "../../limits.ts";
import { basePath } from "../kind-names.ts";
import { resourceRoutesOfCatalogue } from "../routes.ts";
import { jobRoutesOfCatalogue } from "./job-routes.ts";
import { startJobWorker } from "./job-worker.ts";

const file = databaseOfFile();
const path = "/api/catalogue/imports";
const silent = { warn: () => undefined };

beforeEach(async () => {
  await file.sql.plain(`TRUNCATE catalogue_jobs, catalogue_job_errors, import_job, export_job,
    catalog, category, product_specification, product_offering, product_offering_price`);
});

const open = () =>
  openDoors(file.url, () => [...resourceRoutesOfCatalogue(), ...jobRoutesOfCatalogue()]);

const work = ({ database, transact }: Doors) =>
  cleanUpOfTest().add(startJobWorker({ database, transact, now: Date.now, log: silent }));

const upload = async (doors: Doors, body: unknown, query = "", type = "application/json") => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await doors.ask("POST", `${path}${query}`, { body: text, type });
  expect([answer.status, answer.body?.detail]).toEqual([202, undefined]);
  return answer.body.id as string;
};

const settled = async (doors: Doors, id: string) => {
  const get = async () => (await doors.ask("GET", `${path}/${id}`)).body;
  const isOver = async () => ["done", "failed"].includes((await get()).state);
  await until("the import is over", isOver, { secondsMax: 90 });
  return get();
};

const errorsOf = async (doors: Doors, id: string, query = "") =>
  (await doors.ask("GET", `${path}/${id}/errors${query}`)).body;

const count = async (table: string) => {
  const [row] = await file.sql.plain(`SELECT count(*)::int AS n FROM ${table}`);
  return (row as unknown as { n: number }).n;
};

/** Documents that the audit says came by it. */
const audited = (id: string) =>
  count(`audit_entries WHERE entity = 'productOfferingPrice' AND request_id = 'import-${id}'`);

test("the demo operator's catalogue comes in whole, and once more changes nothing", async () => {
  const doors = await open();
  work(doors);
  const id = await upload(doors, demoCatalogue);
  const done = await settled(doors, id);
  expect([done.state, await errorsOf(doors, id)]).toEqual(["done", []]);
  const rows = Object.values(demoCatalogue).flat().length;
  expect(done).toMatchObject({ total: rows, done: rows, failed: 0 });
  const job = (await doors.ask("GET", `${basePath}/importJob/${id}`)).body;
  expectConforms(620, "ImportJob", job);
  expect(job.status).toBe("Succeeded");
  const before = await file.sql`SELECT id, document - 'lastUpdate' AS d FROM product_offering
    ORDER BY id`;
  const again = await settled(doors, await upload(doors, demoCatalogue));
  expect(again).toMatchObject({ state: "done", failed: 0 });
  expect(
    await file.sql`SELECT id, document - 'lastUpdate' AS d FROM product_offering
    ORDER BY id`,
  ).toEqual(before);
});

/** Every tenth is wrong, each in another way. */
const manyRows = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    ...{ id: `price-${n}`, name: `Price ${n}`, lifecycleStatus: "Active" },
    ...(n % 10 === 3 ? wrong[((n / 10) % wrong.length) | 0] : {}),
  }));
const wrong = [
  { lifecycleStatus: "Sold" },
  { price: { unit: "EUR", value: "free" } },
  { popRelationship: [{ id: "nowhere" }] },
  { id: "no id at all!" },
  { name: "" },
];

test("of 10,000 rows with 1,000 wrong ones 9,000 come in, each of the others is told", async () => {
  const doors = await open();
  work(doors);
  const begun = performance.now();
  const id = await upload(doors, { productOfferingPrice: manyRows(10_000) });
  const done = await settled(doors, id);
  const seconds = (performance.now() - begun) / 1_000;
  expect(done).toMatchObject({ state: "done", total: 10_000, done: 10_000, failed: 1_000 });
  expect(await count("product_offering_price")).toBe(9_000);
  const errors = await errorsOf(doors, id, "?limit=1000");
  expect(errors.map(({ row }: { row: number }) => row)).toEqual(
    Array.from({ length: 1_000 }, (_, n) => 10 * n + 4),
  );
  expect(errors.slice(0, 5)).toMatchObject([
    { pointer: "/productOfferingPrice/3/lifecycleStatus", code: "UNPROCESSABLE" },
    { pointer: "/productOfferingPrice/13/price/value", code: "INVALID_REQUEST" },
    { pointer: "/productOfferingPrice/23/popRelationship/0/id" },
    { pointer: "/productOfferingPrice/33/id" },
    { pointer: "/productOfferingPrice/43/name" },
  ]);
  expect(await errorsOf(doors, id, "?after=9990")).toHaveLength(1);
  expect(await audited(id)).toBe(9_000);
  process.stdout.write(`imported at ${Math.round(10_000 / seconds)} rows/s\n`);
}, 120_000);

test("a try leaves nothing, all or nothing leaves nothing when a row is wrong", async () => {
  const doors = await open();
  work(doors);
  const rows = { productOfferingPrice: manyRows(30) };
  const id = await upload(doors, rows, "?isDryRun=true");
  const tried = await settled(doors, id);
  expect(tried).toMatchObject({ state: "done", done: 30, failed: 3 });
  const whole = await upload(doors, rows, "?isAllOrNothing=true");
  expect(await settled(doors, whole)).toMatchObject({ state: "failed", failed: 3 });
  expect(await errorsOf(doors, whole)).toHaveLength(3);
  expect(await count("product_offering_price")).toBe(0);
  expect(await audited(id)).toBe(0);
  expect(await audited(whole)).toBe(0);
  const sound = { productOfferingPrice: manyRows(3) };
  const kept = await settled(doors, await upload(doors, sound, "?isAllOrNothing=true"));
  expect(kept).toMatchObject({ state: "done", failed: 0 });
  expect(await count("product_offering_price")).toBe(3);
});

test("an import that dies in mid-batch goes on behind what was kept, each row once", async () => {
  const doors = await open();
  const worker = startJobWorker({ ...doors, now: Date.now, log: silent });
  const rows = 5 * limits.importBatchRows;
  const list = Array.from({ length: rows }, (_, n) => ({ name: `without an id ${n}` }));
  const id = await upload(doors, { productOfferingPrice: list });
  const isBegun = async () => (await doors.ask("GET", `${path}/${id}`)).body.done > 0;
  await until("a batch is kept", isBegun, { everyMs: 1 });
  await file.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`;
  await worker.stop();
  work(doors);
  expect(await settled(doors, id)).toMatchObject({ state: "done", done: rows, failed: 0 });
  expect(await count("product_offering_price")).toBe(rows);
});

test("one that is stopped stays, and goes on when somebody says so", async () => {
  const doors = await open();
  const rows = 10 * limits.importBatchRows;
  const list = Array.from({ length: rows }, (_, n) => ({ name: `n ${n}` }));
  const id = await upload(doors, { productOfferingPrice: list });
  const worker = startJobWorker({ ...doors, now: Date.now, log: silent });
  const isBegun = async () => (await doors.ask("GET", `${path}/${id}`)).body.done > 0;
  await until("a batch is kept", isBegun, { everyMs: 1 });
  const stopped = await doors.ask("POST", `${path}/${id}/stop`);
  expect([stopped.status, stopped.body.state]).toEqual([200, "stopped"]);
  const { done } = (await doors.ask("GET", `${path}/${id}`)).body;
  expect(await count("product_offering_price")).toBe(done);
  expect(done).toBeLessThan(rows);
  expect((await doors.ask("POST", `${path}/${id}/stop`)).status).toBe(409);
  expect((await doors.ask("POST", `${path}/${id}/resume`)).status).toBe(200);
  expect(await settled(doors, id)).toMatchObject({ state: "done", done: rows });
  expect(await count("product_offering_price")).toBe(rows);
  await worker.stop();
});

test.each([
  ["text/csv", "?kind=category", 'name\n"half', "this is no CSV: line"],
  ["text/csv", "?kind=category", "name,price.value\nx,1", '"price.value" is no field'],
  ["text/csv", "?kind=category", "", "there is no heading"],
  ["application/json", "", '{"offers":[]}', "/offers: there is no such kind"],
  ["application/json", "", "[1]", "of which kind"],
  ["application/json", "", '{"category":7}', "/category: expected a list"],
])("a %s%s that is broken fails as a whole and says why", async (type, query, body, problem) => {
  const doors = await open();
  work(doors);
  const done = await settled(doors, await upload(doors, body, query, type));
  expect([done.state, done.problem]).toEqual(["failed", expect.stringContaining(problem)]);
});

test("what goes out as CSV comes back the same, and no cell is a formula", async () => {
  const doors = await open();
  work(doors);
  const rows = [
    { id: "a", name: '=HYPERLINK("http://evil","x")', description: "-1+1" },
    { id: "b", name: "@SUM(1)", priceType: "usage", price: { unit: "EUR", value: -1.5 } },
    { id: "c", name: 'quote " and\nline', lifecycleStatus: "Active" },
  ];
  await settled(doors, await upload(doors, { productOfferingPrice: rows }));
  const url = `http://any.example${basePath}/productOfferingPrice`;
  const made = await doors.ask("POST", `${basePath}/exportJob`, {
    body: { url, contentType: "text/csv" },
  });
  expect(made.status).toBe(201);
  expectConforms(620, "ExportJob", made.body);
  const isThere = async () => (await doors.ask("GET", made.body.path)).status === 200;
  await until("the file is there", isThere);
  const { headers, text } = await doors.ask("GET", made.body.path);
  expect(headers.get("content-type")).toContain("text/csv");
  expect(text).not.toMatch(/(^|,)"?[=@+]/m);
  const job = await doors.ask("GET", `${basePath}/exportJob/${made.body.id}`);
  expect(job.body.status).toBe("Succeeded");
  const before = await file.sql`SELECT id, document - 'lastUpdate' AS d
    FROM product_offering_price ORDER BY id`;
  await file.sql`DELETE FROM product_offering_price`;
  const again = await upload(doors, text, "?kind=productOfferingPrice", "text/csv");
  expect(await settled(doors, again)).toMatchObject({ state: "done", failed: 0, done: 3 });
  const after = await file.sql`SELECT id, document - 'lastUpdate' AS d
    FROM product_offering_price ORDER BY id`;
  expect(after).toEqual(before);
});

test("an importJob of TMF620 starts what was uploaded, and nothing from elsewhere", async () => {
  const doors = await open();
  work(doors);
  const id = await upload(doors, { category: [{ name: "x" }] }, "?isWaiting=true");
  expect((await doors.ask("GET", `${path}/${id}`)).body.state).toBe("stopped");
  const start = (body: object) => doors.ask("POST", `${basePath}/importJob`, { body });
  const url = `http://any.example${basePath}/category`;
  expect((await start({ url })).status).toBe(422);
  expect((await start({ url, path: "http://evil.example/file" })).status).toBe(422);
  expect((await start({ url: "http://x.example/y", path: `${path}/${id}` })).status).toBe(422);
  const started = await start({ url, path: `${path}/${id}` });
  expect(started.status).toBe(201);
  expectConforms(620, "ImportJob", started.body);
  expect(started.body.status).toBe("Not Started");
  expect(await settled(doors, id)).toMatchObject({ state: "done", done: 1 });
  const listed = await doors.ask("GET", `${basePath}/importJob?status=Succeeded`);
  for (const one of listed.body) expectConforms(620, "ImportJob", one);
  expect(listed.body).toHaveLength(1);
  expect((await doors.ask("DELETE", `${basePath}/importJob/${id}`)).status).toBe(204);
  expect((await start({ url, path: `${path}/${id}` })).status).toBe(409);
});

test("who may not write does not import, and too much is refused at the door", async () => {
  const doors = await open();
  const ask = (options: object) => doors.ask("POST", path, options);
  const actor = actorOf("care-agent");
  expect((await ask({ actor, body: "{}", type: "application/json" })).status).toBe(403);
  expect((await ask({ body: "name\n", type: "text/csv" })).body.errors[0].pointer).toBe("?kind");
  expect((await ask({ body: "{", type: "application/json" })).status).toBe(400);
  expect((await ask({ body: "x", type: "text/plain" })).status).toBe(415);
  const body = " ".repeat(limits.importFileBytesMax + 1);
  expect((await ask({ body, type: "application/json" })).status).toBe(413);
  expect((await doors.ask("GET", `${path}/none`)).status).toBe(404);
});
