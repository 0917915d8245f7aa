// A port of this machine in front of a Redis behind TLS, so that a replica need know nothing of it:
// the certificate is checked here, as by every other connection to that Redis. Who connects still
// has to give the password.

import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type ConnectionOptions, connect } from "node:tls";

export type PlainWire = {
  readonly host: string;
  readonly port: number;
  /** Why the last connection did not come about; undefined: it did. */
  problem(): string | undefined;
  close(): void;
};

export const openPlainWire = async (to: ConnectionOptions): Promise<PlainWire> => {
  const open = new Set<Socket>();
  let problem: string | undefined;
  const note = ({ message }: Error) => {
    problem = message;
  };
  const server = createServer((plain) => {
    const secure = connect({ servername: to.host ?? "", ...to });
    secure.once("error", note);
    secure.once("secureConnect", () => {
      problem = undefined;
      secure.off("error", note);
    });
    for (const [one, other] of [
      [plain, secure],
      [secure, plain],
    ] as const) {
      open.add(one);
      one.on("error", () => undefined);
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    ...{ host: "127.0.0.1", port },
    problem: () => problem,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
};
