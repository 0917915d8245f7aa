// What the API carries: single resources read and made, pages of fifty out of very many, each with
// so many requests under way, through the doors of a business side that runs as in production, on a
// Postgres that writes to its disk.

import type { RunningPostgres } from "../../scripts/testing/postgres-server.ts";
import { openSql } from "../../scripts/testing/sql.ts";
import { postgresMicros } from "../ledger/usage.ts";
import { cpuMicrosOf } from "../redis/cpu.ts";
import type { Progress } from "../report/progress.ts";
import { wholeFigure } from "../report/table.ts";
import { pidOf } from "../system/bench-redis.ts";
import type { BusinessProcess } from "./business-process.ts";
import { requestOctets } from "./http-lane.ts";
import { type ApiLoad, type ApiStep, loadApi } from "./load-api.ts";

export type ApiFigures = ApiStep & {
  /** CPU of a request, in µs. */
  readonly ownUs: number;
  readonly postgresUs: number;
};

export type ApiSetting = {
  readonly business: BusinessProcess;
  readonly postgres: RunningPostgres;
  readonly outstanding: number;
  readonly seconds: number;
  readonly progress: Progress;
};

const person = "/tmf-api/party/v4/individual";
const customer = "/tmf-api/customerManagement/v4/customer";
const pageLimit = 50;

/** Beyond this a page costs what it passes over, and the API refuses it in the end. */
const offsetMax = 1_000;

const measureStep = async (
  { business, postgres, outstanding, seconds, progress }: ApiSetting,
  what: string,
  step: Pick<ApiLoad, "request" | "isRight">,
): Promise<ApiFigures> => {
  progress.begin(what);
  const first = pidOf(postgres.process);
  const before = { own: cpuMicrosOf(business.pid), postgres: postgresMicros(first) };
  const load = { port: business.port, outstanding, seconds, ...step };
  const figures = await loadApi(load);
  const requests = figures.all;
  progress.end(`${wholeFigure(figures.perSecond)}/s`);
  return {
    ...figures,
    ownUs: (cpuMicrosOf(business.pid) - before.own) / requests,
    postgresUs: (postgresMicros(first) - before.postgres) / requests,
  };
};

/** People with a number and an e-mail address: sealed, found by what is sealed. */
export const measurePosts = (setting: ApiSetting): Promise<ApiFigures> => {
  const token = setting.business.apiKey;
  let number = 0;
  const request = () => {
    number += 1;
    const body = JSON.stringify({
      ...{ givenName: "Ada", familyName: `Lovelace ${number}`, gender: "female" },
      contactMedium: [
        { mediumType: "phone", characteristic: { phoneNumber: numberOf(number) } },
        { mediumType: "email", characteristic: { emailAddress: `ada-${number}@example.com` } },
      ],
    });
    const headers = { "idempotency-key": `bench-${number}` };
    return requestOctets({ method: "POST", path: person, token, body, headers });
  };
  const isRight: ApiLoad["isRight"] = ({ status }) => status === 201;
  return measureStep(setting, "making people", { request, isRight });
};

/** Of a German mobile network. */
const numberOf = (number: number): string => `+49151${String(10_000_000 + number).slice(-8)}`;

/** Documents as the API would have made them, straight into the table: a million in a minute. */
export const fillCustomers = async (setting: ApiSetting, rows: number): Promise<void> => {
  const { postgres, progress } = setting;
  const sql = openSql(postgres.url, 1);
  const step = 50_000;
  progress.begin("filling in customers");
  for (let from = 0; from < rows; from += step) {
    const until = Math.min(rows, from + step);
    await sql`INSERT INTO customer (id, revision, document, created_at, updated_at)
      SELECT id, 1, jsonb_build_object('id', id, 'href', ${customer} || '/' || id,
        '@type', 'Customer', 'name', 'customer ' || id, 'status', 'active',
        'engagedParty', jsonb_build_object('id', 'party-' || number, '@referredType', 'Individual'),
        'account', jsonb_build_array(jsonb_build_object('id', 'account-' || number))), 1, 1
      FROM (SELECT number, 'bench-' || lpad(number::text, 9, '0') AS id
        FROM generate_series(${from}::int, ${until - 1}::int) AS number) AS numbered`;
    progress.show(until / rows, `${wholeFigure(until)}`);
  }
  await sql.plain("VACUUM ANALYZE customer");
  await sql.end();
  progress.end(wholeFigure(rows));
};

const random = (below: number): number => Math.floor(Math.random() * below);

export const measureGets = (setting: ApiSetting, rows: number): Promise<ApiFigures> => {
  const token = setting.business.apiKey;
  const request = () => {
    const id = `bench-${String(random(rows)).padStart(9, "0")}`;
    return requestOctets({ method: "GET", path: `${customer}/${id}`, token });
  };
  const isRight: ApiLoad["isRight"] = ({ status }) => status === 200;
  return measureStep(setting, "reading customers", { request, isRight });
};

/** Half of them any page, half by an attribute that one in a million has. */
export const measureLists = (setting: ApiSetting, rows: number): Promise<ApiFigures> => {
  const token = setting.business.apiKey;
  const request = () => {
    const query =
      Math.random() < 0.5 ? `offset=${random(offsetMax)}` : `engagedParty.id=party-${random(rows)}`;
    const path = `${customer}?limit=${pageLimit}&${query}`;
    return requestOctets({ method: "GET", path, token });
  };
  const isRight: ApiLoad["isRight"] = ({ status, body }) =>
    (status === 206 || status === 200) && body.length > 100;
  // One after the other: how long a page takes, not how long it waits for 31 others.
  const alone = { ...setting, outstanding: 1 };
  return measureStep(alone, "reading pages of fifty", { request, isRight });
};
