// The client library over TLS: whom it trusts, and the certificate it shows where one is asked for.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCertificates, type TestCertificates } from "../../../scripts/testing/certificates.ts";
import {
  type ScriptedEngine,
  startScriptedEngine,
} from "../../../scripts/testing/scripted-engine.ts";
import { answerMessage } from "../messages.ts";
import { createClient } from "./client.ts";
import type { ClientTls } from "./settings.ts";

const folder = mkdtempSync(join(tmpdir(), "tollgate-client-tls-"));
let certificates: TestCertificates;
let engine: ScriptedEngine;

beforeAll(async () => {
  certificates = makeCertificates(folder);
  engine = await startScriptedEngine(
    ({ correlation }) => answerMessage("topUp", correlation, { remaining: 5, reserved: 0 }),
    0,
    {
      ...keyPair("server"),
      ca: readFileSync(certificates.caFile),
      requestCert: true,
      rejectUnauthorized: true,
    },
  );
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

const keyPair = (who: "server" | "client" | "stranger") => ({
  key: readFileSync(certificates[who].keyFile),
  cert: readFileSync(certificates[who].certificateFile),
});

async function topUpOver(tls: ClientTls) {
  const client = createClient({
    endpoints: [engine.endpoint],
    token: "secret",
    tls,
    deadlineMs: 500,
  });
  const request = { requestId: "r-1", accountId: "a-1", bucketId: "main", amount: 5 };
  const result = await client.topUp(request);
  await client.close();
  return result;
}

test("a client that trusts the authority and shows its certificate is served", async () => {
  const tls = { ca: readFileSync(certificates.caFile), ...keyPair("client") };
  expect(await topUpOver(tls)).toMatchObject({ isOk: true, value: { remaining: 5, reserved: 0 } });
});

test("a client sends nothing to a server that it does not trust", async () => {
  expect(await topUpOver(keyPair("client"))).toMatchObject({
    isOk: false,
    error: { code: "UNREACHABLE", detail: expect.stringMatching(/certificate/) },
  });
});

test.each(["none", "stranger"] as const)(
  "a server that asks for a certificate: %s",
  async (who) => {
    const own = who === "none" ? {} : keyPair(who);
    const result = await topUpOver({ ca: readFileSync(certificates.caFile), ...own });
    expect(result).toMatchObject({ isOk: false, error: { code: "UNREACHABLE" } });
  },
);
