// A worker of the events as a process of its own, to be killed: `DATABASE_URL` says whose events.
// It prints "up" when it has begun.

import { openDatabase } from "../../bss/db/connection.ts";
import { startEvents } from "../../bss/events/index.ts";
import { createLog } from "../../bss/log.ts";
import { testCipher, testPolicy } from "./event-settings.ts";

const databaseUrl = process.env["DATABASE_URL"] ?? "";
startEvents({
  database: openDatabase({ url: databaseUrl, name: "test events", onError: () => undefined }),
  ...{ databaseUrl, now: Date.now, wallNow: Date.now, log: createLog("silent") },
  ...{ cipher: testCipher, policy: testPolicy },
});
process.stdout.write("up\n");
