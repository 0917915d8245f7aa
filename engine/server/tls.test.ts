// TLS files that fit, and every way in which they do not. The certificates are made by openssl.

import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCertificates, type TestCertificates } from "../../scripts/testing/certificates.ts";
import type { TlsFiles } from "../config.ts";
import { certificateSha256, readTls } from "./tls.ts";

const folder = mkdtempSync(join(tmpdir(), "tollgate-tls-"));
let made: TestCertificates;
beforeAll(() => {
  made = makeCertificates(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = (changed: Partial<TlsFiles> = {}): TlsFiles => ({
  ...made.server,
  caFile: made.caFile,
  ...changed,
});
const write = (name: string, content: string | Buffer) => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

test("reads key, certificate and CA", () => {
  const read = readTls(files());
  expect(read).toMatchObject({
    isOk: true,
    value: { key: readFileSync(made.server.keyFile), ca: readFileSync(made.caFile) },
  });
  if (read.isOk) expect(read.value.certificateValidUntil.getTime()).toBeGreaterThan(Date.now());
});

test("does without a CA: then no client certificate is asked for", () => {
  expect(readTls(files({ caFile: undefined }))).toMatchObject({ value: { ca: undefined } });
});

test("names the variable and the file that cannot be read", () => {
  expect(readTls(files({ keyFile: "/nowhere/key.pem" }))).toEqual({
    isOk: false,
    error: "ENGINE_TLS_KEY_FILE: /nowhere/key.pem cannot be read (ENOENT)",
  });
  expect(readTls(files({ caFile: folder }))).toEqual({
    isOk: false,
    error: `ENGINE_TLS_CA_FILE: ${folder} cannot be read (EISDIR)`,
  });
});

test("refuses the key of another certificate", () => {
  expect(readTls(files({ keyFile: made.client.keyFile }))).toMatchObject({
    isOk: false,
    error: expect.stringContaining("is not the key of"),
  });
});

test.each(["", "not PEM at all", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])(
  "refuses %j as a key, a certificate or a CA",
  (content) => {
    const file = write("broken.pem", content);
    expect(readTls(files({ keyFile: file }))).toEqual({
      isOk: false,
      error: `ENGINE_TLS_KEY_FILE: ${file} is not a PEM private key`,
    });
    expect(readTls(files({ certificateFile: file }))).toMatchObject({
      error: `ENGINE_TLS_CERT_FILE: ${file} is not a PEM certificate`,
    });
    expect(readTls(files({ caFile: file }))).toMatchObject({
      error: `ENGINE_TLS_CA_FILE: ${file} is not a PEM certificate`,
    });
  },
);

test("refuses a certificate in DER, which uWebSockets.js cannot read", () => {
  const der = new X509Certificate(readFileSync(made.server.certificateFile)).raw;
  expect(readTls(files({ certificateFile: write("server.der", der) })).isOk).toBe(false);
});

test("computes one fingerprint from PEM and DER, and none from anything else", () => {
  const pem = readFileSync(made.client.certificateFile);
  const fingerprint = certificateSha256(pem);
  expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
  expect(certificateSha256(new X509Certificate(pem).raw)).toBe(fingerprint);
  expect(certificateSha256(Buffer.alloc(0))).toBeUndefined();
});
