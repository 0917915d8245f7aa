// The certificate at the other end of a connection, where it has TLS, asked for one (`requestCert`)
// and a CA that this door trusts has signed it. TLS itself has shown that the key is there too.

import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { PeerCertificate } from "./credentials.ts";

export const certificateOf = (socket: Socket): PeerCertificate | undefined => {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const certificate = socket.getPeerCertificate();
  // Without one it is an empty object.
  if (certificate.fingerprint256 === undefined) return undefined;
  // A subject may have several names of a kind: none of them is the one then.
  const names: unknown = certificate.subject?.CN;
  const commonName = typeof names === "string" ? names : undefined;
  return { fingerprint: certificate.fingerprint256, commonName };
};
