// Keeps docker-compose.yml in step with the engine, and its Postgres with the one that `npm start`
// brings: a setting that was renamed would there be ignored in silence. That the file parses is
// checked by `docker compose config` in .ci/run, where Docker is.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readConfig as readBusinessConfig } from "../bss/config.ts";
import { readConfig } from "../engine/config.ts";
import { postgresConfigurationText } from "./postgres/configuration.ts";
import { localeArguments } from "./postgres/initialise.ts";

const compose = readFileSync(new URL("../docker-compose.yml", import.meta.url), "utf8");

/** What stands below one service. */
const service = (name: string): string =>
  new RegExp(`^ {2}${name}:\\n((?: {3,}.*\\n|\\n)*)`, "m").exec(compose)?.[1] ?? "";

/** The `NAME: value` lines of a service's environment, with the defaults of `${NAME:-default}`. */
const environmentOf = (name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...service(name).matchAll(/^ {6}([A-Z_]+): "?([^"\n]+)/gm)].map((match) => [
      match[1] ?? "",
      (match[2] ?? "").replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1"),
    ]),
  );
const environment = environmentOf("engine");

test("the engine reads every setting that the compose file gives it", () => {
  const config = readFileSync(new URL("../engine/config.ts", import.meta.url), "utf8");
  const unread = Object.keys(environment).filter((name) => !config.includes(`"${name}"`));
  expect(Object.keys(environment)).toContain("REDIS_URL");
  expect(unread).toEqual([]);
});

test("the settings are complete and right, and the ports those that are published", () => {
  const config = readConfig(environment);
  expect(config).toMatchObject({
    isOk: true,
    value: { host: "0.0.0.0", redisUrl: "redis://redis:6379", durability: "everysec" },
  });
  if (!config.isOk) return;
  expect(compose).toContain(`ENGINE_PORT:-7600}:${config.value.port}"`);
  expect(compose).toContain(`ENGINE_OPS_PORT:-7601}:${config.value.operationsPort}"`);
});

test("the business side reads every setting that the compose file gives it", () => {
  const given = environmentOf("bss");
  const config = readBusinessConfig(given);
  expect(config).toMatchObject({
    isOk: true,
    value: {
      host: "0.0.0.0",
      redisUrl: "redis://redis:6379",
      databaseUrl: "postgres://tollgate:tollgate@postgres:5432/tollgate",
    },
  });
  const source = readFileSync(new URL("../bss/config.ts", import.meta.url), "utf8");
  expect(Object.keys(given).filter((name) => !source.includes(`"${name}"`))).toEqual([]);
  if (config.isOk) expect(compose).toContain(`BSS_PORT:-7700}:${config.value.port}"`);
  if (config.isOk) expect(compose).toContain(`BSS_OPS_PORT:-7701}:${config.value.operationsPort}"`);
  expect(service("bss")).toContain("COPY bss ./bss");
});

test("the image is built from what the engine imports, with its packages locked", () => {
  expect(compose).toContain("npm ci --omit=dev");
  expect(compose).toContain("COPY engine ./engine");
});

test("Postgres is set up and made as the one that is started for you", () => {
  const ours = postgresConfigurationText({ port: 7632, folder: "/data", isThrowAway: false });
  const settings = [...service("postgres").matchAll(/^ {6}- (\w+)=(\w+)$/gm)];
  expect(settings.length).toBeGreaterThan(3);
  for (const [, name, value] of settings) expect(ours).toContain(`${name} = ${value}\n`);
  for (const argument of localeArguments) expect(service("postgres")).toContain(argument);
  expect(service("postgres")).toContain("POSTGRES_DB: tollgate");
});
