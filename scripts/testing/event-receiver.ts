// A subscriber on a real socket: keeps what it is sent, and answers as a test says: at once, late,
// never, in parts, too much, or by a reset.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export type Received = {
  readonly id: string;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests know what they have published
  readonly body: any;
};

export type Behaviour = (received: Received, response: ServerResponse) => void;

export type EventReceiver = {
  readonly url: string;
  /** In the order of their arrival. */
  readonly received: readonly Received[];
  /** The most that were under way at once. */
  readonly atOnceMax: () => number;
  behave(behaviour: Behaviour): void;
};

export const answering =
  (code: number, headers: Readonly<Record<string, string>> = {}, text = ""): Behaviour =>
  (_, response) => {
    response.writeHead(code, headers).end(text);
  };

/** Of IPv4's loopback, on a free port; gone after the test. */
export const startEventReceiver = async (behaviour = answering(204)): Promise<EventReceiver> => {
  let current = behaviour;
  let atOnce = 0;
  let atOnceMax = 0;
  const received: Received[] = [];
  const server = createServer((request, response) => {
    atOnceMax = Math.max(atOnceMax, ++atOnce);
    response.once("close", () => void atOnce--);
    const parts: Buffer[] = [];
    request.on("data", (part) => parts.push(part));
    request.on("error", () => undefined);
    request.on("end", () => {
      const text = Buffer.concat(parts).toString();
      const { headers } = request;
      const one = { id: String(headers["webhook-id"]), headers, text, body: JSON.parse(text) };
      received.push(one);
      current(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    atOnceMax: () => atOnceMax,
    behave: (next) => {
      current = next;
    },
  };
};
