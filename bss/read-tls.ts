// The key and the certificates of the API's door, from their files, when a process starts.

import { readFileSync } from "node:fs";
import { err, ok, type Result } from "../engine/values/result.ts";
import type { TlsFiles } from "./config.ts";
import type { DoorTls } from "./http/server.ts";

/** Undefined: no TLS. The error is one line. */
export const readTls = (files: TlsFiles | undefined): Result<DoorTls | undefined, string> => {
  if (files === undefined) return ok(undefined);
  const { keyFile, certificateFile, caFile } = files;
  try {
    const [key, cert] = [readFileSync(keyFile), readFileSync(certificateFile)];
    return ok({ key, cert, ca: caFile === undefined ? undefined : readFileSync(caFile) });
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    return err(`BSS_TLS_KEY_FILE, BSS_TLS_CERT_FILE, BSS_TLS_CA_FILE: ${path} (${code})`);
  }
};
