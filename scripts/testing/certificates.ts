// Certificates for tests, made by the machine's `openssl` in a folder of the caller's: a CA, a
// server and a client that it has signed, and one that it has not. Elliptic keys, because they take
// no time.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export type CertificateFiles = { readonly keyFile: string; readonly certificateFile: string };

export type TestCertificates = {
  readonly caFile: string;
  readonly server: CertificateFiles;
  readonly client: CertificateFiles;
  /** Signed by itself only. */
  readonly stranger: CertificateFiles;
};

export const makeCertificates = (folder: string): TestCertificates => {
  const openssl = (...options: string[]) =>
    execFileSync("openssl", options, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const files = (name: string) => ({
    keyFile: join(folder, `${name}.key`),
    certificateFile: join(folder, `${name}.crt`),
  });

  const selfSigned = (name: string) => {
    const to = ["-keyout", `${name}.key`, "-out", `${name}.crt`];
    openssl("req", "-x509", ...newKey, ...to, "-days", "2", "-subj", `/CN=${name}`);
    return files(name);
  };
  const signed = (name: string) => {
    const request = ["-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`];
    openssl("req", "-new", ...newKey, ...request);
    const by = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names.cnf"];
    openssl("x509", "-req", "-in", `${name}.csr`, ...by, "-out", `${name}.crt`, "-days", "2");
    return files(name);
  };

  writeFileSync(join(folder, "names.cnf"), "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
  const ca = selfSigned("ca");
  return {
    caFile: ca.certificateFile,
    server: signed("server"),
    client: signed("client"),
    stranger: selfSigned("stranger"),
  };
};
