// A listener that closes: what is under way is answered, its connections end with it, nothing new
// is taken, and nobody can keep it open.

import { Agent, request } from "node:http";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { ok } from "../../engine/values/result.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import { openDoors } from "../../scripts/testing/doors-of-test.ts";
import { limits } from "../limits.ts";
import { defineRoute } from "./route.ts";

const file = databaseOfFile();

const open = async () => {
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let begun = 0;
  const slow = defineRoute({
    ...{ method: "GET", path: "/api/slow", tag: "Test", summary: "slow", permission: "public" },
    answers: { 200: z.unknown() },
    handle: async () => {
      begun++;
      await held;
      return ok({ status: 200, body: "done" });
    },
  });
  let close = async (): Promise<void> => undefined;
  const doors = await openDoors(file.url, () => [slow], {
    onEnd: (end) => {
      let ended: Promise<void> | undefined;
      close = () => {
        ended ??= end();
        return ended;
      };
      onTestFinished(close);
    },
  });
  const port = Number(new URL(doors.url).port);
  return { port, close, goOn: () => goOn(), begun: () => begun };
};

const until = async (is: () => boolean) => {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 5));
};

test("what is under way is answered, nobody new is let in, and it is soon over", async () => {
  const { port, close, goOn, begun } = await open();
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const ask = () =>
    new Promise<{ status: number; connection: string | undefined }>((resolve, reject) => {
      const asked = request({ port, path: "/api/slow", agent }, (response) => {
        response.resume();
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            connection: response.headers.connection,
          }),
        );
      });
      asked.on("error", reject);
      asked.end();
    });
  const underWay = [ask(), ask(), ask()];
  await until(() => begun() === 3);
  const closed = close();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await expect(fetch(`http://127.0.0.1:${port}/api/slow`)).rejects.toThrow();
  const at = performance.now();
  goOn();
  const answers = await Promise.all(underWay);
  expect(answers).toEqual(answers.map(() => ({ status: 200, connection: "close" })));
  await closed;
  expect(performance.now() - at).toBeLessThan(1_500);
});

test("neither an idle connection nor one that never ends its request keeps it open", async () => {
  const { port, close } = await open();
  const sockets = ["", "POST /api/slow HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12"].map(
    (text) => {
      const socket = connect(port, "127.0.0.1", () => socket.write(text));
      socket.on("error", () => undefined);
      onTestFinished(() => void socket.destroy());
      return socket;
    },
  );
  await Promise.all(sockets.map((socket) => new Promise((done) => socket.on("ready", done))));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const at = performance.now();
  await close();
  expect(performance.now() - at).toBeLessThan(limits.closeMsMax + 1_500);
}, 15_000);
