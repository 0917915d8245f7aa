// The engine process: settings from the environment, one engine, signals. The only file of the
// engine that does something when it is imported, and the only one that owns a clock.

import { setFlagsFromString } from "node:v8";
import { readConfig } from "./config.ts";
import { createLog } from "./log.ts";
import { startEngine } from "./server/engine.ts";

// Under load V8 sees operations outlive a collection, concludes that they live for ever, and makes
// them where only a full collection looks: all that they refer to is kept and moved with them.
setFlagsFromString("--no-allocation-site-pretenuring");

const config = readConfig(process.env);
if (!config.isOk) {
  process.stderr.write(`${config.error.join("\n")}\n`);
  process.exit(2);
}
const log = createLog(config.value.logLevel);

const engine = await startEngine(config.value, log, Date.now).catch((error: Error) => {
  log.fatal({ err: error }, error.message);
  process.exit(1);
});
log.info({ port: engine.port, operationsPort: engine.operationsPort }, "the engine is up");

let isStopping = false;
const stop = () => {
  if (isStopping) return;
  isStopping = true;
  log.info({}, "draining");
  engine.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      log.error({ err: error }, "the engine did not stop cleanly");
      process.exit(1);
    },
  );
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
process.on("SIGHUP", engine.reloadPeers);
