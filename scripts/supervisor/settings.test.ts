// What `npm start` makes of its environment: defaults, and each mistake as one line and exit code
// 2.

import { expect, test } from "vitest";
import { maskUrl, moveSettings, portUses, readSettings, type Settings } from "./settings.ts";

const machine = { root: "/clone", cores: 8 };
const plain = { isReset: false, isSmoke: false };

const read = (environment: Record<string, string>, wish = plain): Settings => {
  const settings = readSettings(environment, wish, machine);
  if (!settings.isOk) throw new Error(settings.error.message ?? "");
  return settings.value;
};

test("an empty environment means the documented defaults", () => {
  const settings = read({});
  expect(settings).toMatchObject({
    engineProcesses: 4,
    isRedisOurs: true,
    redisPort: 7679,
    foreignDatabaseUrl: null,
    postgresPort: 7632,
    businessOperationsPort: 7701,
    dataFolder: "/clone/.tollgate",
    isDataFolderDefault: true,
    engine: {
      host: "127.0.0.1",
      port: 7600,
      operationsPort: 7601,
      redisUrl: "redis://127.0.0.1:7679",
      peersFile: "/clone/.tollgate/peers.json",
    },
  });
  expect(portUses(settings).map(({ port }) => port)).toEqual([
    ...[7600, 7601, 7602, 7603, 7604],
    ...[7679, 7632, 7700, 7701],
  ]);
});

test("one core still gets one engine", () => {
  const settings = readSettings({}, plain, { ...machine, cores: 1 });
  expect(settings).toMatchObject({ isOk: true, value: { engineProcesses: 1 } });
});

test("REDIS_URL is used as it stands, and its port is nobody's business", () => {
  const settings = read({ REDIS_URL: "rediss://me:secret@redis.example:6380/2" });
  expect(settings.isRedisOurs).toBe(false);
  expect(settings.engine.redisUrl).toBe("rediss://me:secret@redis.example:6380/2");
  expect(portUses(settings).some(({ variable }) => variable === "REDIS_PORT")).toBe(false);
});

test("DATABASE_URL is used as it stands, and its port is nobody's business", () => {
  const url = "postgresql://me:secret@db.example:5433/billing?sslmode=require";
  const settings = read({ DATABASE_URL: url });
  expect(settings.foreignDatabaseUrl).toBe(url);
  expect(portUses(settings).some(({ variable }) => variable === "POSTGRES_PORT")).toBe(false);
});

test("TOLLGATE_DATA may be relative to the clone", () => {
  expect(read({ TOLLGATE_DATA: "elsewhere" })).toMatchObject({
    dataFolder: "/clone/elsewhere",
    isDataFolderDefault: false,
  });
});

test.each([
  [{ ENGINE_PORT: "abc" }, /ENGINE_PORT/],
  [{ ENGINE_PORT: "0" }, /ENGINE_PORT: 0 is no port/],
  [{ ENGINE_OPS_PORT: "70000" }, /ENGINE_OPS_PORT/],
  [{ ENGINE_PROCESSES: "0" }, /ENGINE_PROCESSES: expected a whole number from 1 to 64/],
  [{ ENGINE_PROCESSES: "2.5" }, /ENGINE_PROCESSES/],
  [{ REDIS_PORT: "-1" }, /REDIS_PORT/],
  [{ REDIS_URL: "localhost:6379" }, /REDIS_URL/],
  [{ ENGINE_DURABILITY: "sometimes" }, /ENGINE_DURABILITY/],
  [{ ENGINE_DURABILITY: "replicated" }, /ENGINE_DURABILITY: expected everysec or always/],
  [{ POSTGRES_PORT: "high" }, /POSTGRES_PORT/],
  [{ POSTGRES_PORT: "7679" }, /REDIS_PORT and POSTGRES_PORT both need port 7679/],
  [{ BSS_OPS_PORT: "7601" }, /ENGINE_OPS_PORT and BSS_OPS_PORT both need port 7601/],
  [{ DATABASE_URL: "localhost:5432" }, /DATABASE_URL: expected postgres:/],
  [{ DATABASE_URL: "mysql://h/tollgate" }, /DATABASE_URL/],
  [{ DATABASE_URL: "postgres://h:5432" }, /DATABASE_URL/],
  [{ REDIS_PORT: "7600" }, /ENGINE_PORT and REDIS_PORT both need port 7600/],
  [{ ENGINE_PORT: "7602" }, /ENGINE_PORT and ENGINE_OPS_PORT both need port 7602/],
  [{ ENGINE_OPS_PORT: "65535" }, /no port for each engine process/],
  [{ ENGINE_TLS_CERT_FILE: "/cert.pem" }, /ENGINE_TLS_KEY_FILE/],
])("%j is refused in one line", (environment, message) => {
  const settings = readSettings(environment, plain, machine);
  expect(settings).toMatchObject({ isOk: false, error: { exitCode: 2 } });
  const line = settings.isOk ? "" : (settings.error.message ?? "");
  expect(line).toMatch(message);
  expect(line).not.toContain("\n");
});

test("a reset never reaches into somebody else's Redis", () => {
  const wish = { isReset: true, isSmoke: false };
  const settings = readSettings({ REDIS_URL: "redis://127.0.0.1" }, wish, machine);
  expect(settings).toMatchObject({ isOk: false, error: { exitCode: 2 } });
});

test("a reset never reaches into somebody else's database", () => {
  const wish = { isReset: true, isSmoke: false };
  const settings = readSettings({ DATABASE_URL: "postgres://h/tollgate" }, wish, machine);
  expect(settings).toMatchObject({ isOk: false, error: { exitCode: 2 } });
});

test("a throw-away Tollgate shares nothing with the one beside it", () => {
  const settings = read({});
  const business = { business: 5, businessOperations: 6 };
  const ports = { engine: 1, operations: 2, redis: 3, postgres: 4, ...business };
  const moved = moveSettings(settings, { dataFolder: "/tmp/smoke", ports });
  expect(portUses(moved).map(({ port }) => port)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(moved).toMatchObject({
    dataFolder: "/tmp/smoke",
    engine: { redisUrl: "redis://127.0.0.1:3", peersFile: "/tmp/smoke/peers.json" },
  });
});

test.each([
  ["redis://:secret@h:1/0", "redis://:***@h:1/0"],
  ["rediss://me:p%40ss@h", "rediss://me:***@h"],
  ["redis://h:6379", "redis://h:6379"],
  ["postgres://me:secret@h/db?password=secret", "postgres://me:***@h/db"],
])("of %s the password is not shown", (url, shown) => {
  expect(maskUrl(url)).toBe(shown);
});
