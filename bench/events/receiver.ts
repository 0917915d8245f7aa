// A subscriber in a process of its own, so that what it costs is not counted as ours: answers each
// POST with 204 at once. It prints its port, then how many it has had whenever it reads a line.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

let received = 0;
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    received++;
    response.writeHead(204).end();
  });
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.on("data", () => process.stdout.write(`${received}\n`));
process.stdin.on("end", () => process.exit(0));
