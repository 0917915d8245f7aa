// Reads and checks the TLS files before a listener sees them, so that a wrong path or a key of
// another certificate is one clear line instead of a failed construction inside a library.

import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { TlsFiles } from "../config.ts";
import { err, ok, type Result } from "../values/result.ts";

export type Tls = {
  readonly files: TlsFiles;
  readonly key: Buffer;
  readonly certificate: Buffer;
  /** Set: every peer must show a certificate that this CA has signed. */
  readonly ca: Buffer | undefined;
  readonly certificateValidUntil: Date;
};

/** The problem is one line that names the variable and the file. */
export const readTls = (files: TlsFiles): Result<Tls, string> => {
  const key = readPem("ENGINE_TLS_KEY_FILE", files.keyFile, "private key", createPrivateKey);
  if (!key.isOk) return key;
  const { certificateFile, caFile } = files;
  const certificate = readPem("ENGINE_TLS_CERT_FILE", certificateFile, "certificate", parseX509);
  if (!certificate.isOk) return certificate;
  if (!certificate.value.parsed.checkPrivateKey(key.value.parsed)) {
    return err(`ENGINE_TLS_KEY_FILE: ${files.keyFile} is not the key of ${certificateFile}`);
  }
  const ca =
    caFile === undefined
      ? undefined
      : readPem("ENGINE_TLS_CA_FILE", caFile, "certificate", parseX509);
  if (ca !== undefined && !ca.isOk) return ca;
  return ok({
    files,
    key: key.value.pem,
    certificate: certificate.value.pem,
    ca: ca?.value.pem,
    certificateValidUntil: new Date(certificate.value.parsed.validTo),
  });
};

/**
 * The fingerprint that a peers file names, of a certificate in PEM or DER; undefined when it is
 * none.
 */
export const certificateSha256 = (certificate: Buffer): string | undefined => {
  try {
    return parseX509(certificate).fingerprint256.replaceAll(":", "").toLowerCase();
  } catch {
    return undefined;
  }
};

const parseX509 = (certificate: Buffer) => new X509Certificate(certificate);

const readPem = <T>(
  variable: string,
  file: string,
  what: string,
  parse: (pem: Buffer) => T,
): Result<{ readonly pem: Buffer; readonly parsed: T }, string> => {
  let pem: Buffer;
  try {
    pem = readFileSync(file);
  } catch (error) {
    return err(`${variable}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  try {
    // X509Certificate would take DER as well, uWebSockets.js would not.
    if (pem.includes("-----BEGIN ")) return ok({ pem, parsed: parse(pem) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MISSING_PASSPHRASE") {
      return err(`${variable}: ${file} is protected by a passphrase; store it without one`);
    }
  }
  return err(`${variable}: ${file} is not a PEM ${what}`);
};
