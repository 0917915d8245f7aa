// The engine: charging with its doors, opened together and closed without losing an answer. Tests
// start it in their own process, main.ts in one of its own.

import type { Config } from "../config.ts";
import { limits } from "../limits.ts";
import { type Log, rateLimited } from "../log.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import type { WaitingNotice } from "../store/notice-bytes.ts";
import { openPeers, type Peers } from "./authentication.ts";
import { type Charging, openCharging } from "./charging.ts";
import { createFrames, type Frames } from "./frames.ts";
import { type Listener, listen } from "./listener.ts";
import { type OperationsPort, openOperationsPort } from "./operations-port.ts";
import { readinessChecks } from "./readiness.ts";

export type Engine = Awaited<ReturnType<typeof startEngine>>;

type Parts = {
  readonly charging: Charging;
  readonly frames: Frames;
  readonly listener: Listener;
  readonly operationsPort: OperationsPort;
};

/** Rejects with a one-line error for the operator. `machineNow`: ms since 1970. */
export const startEngine = async (config: Config, log: Log, machineNow: () => number) => {
  const peers = openPeers(config.peersFile);
  if (!peers.isOk) throw new Error(peers.error.join("\n"));
  const faults = rateLimited(log, limits.rejectsLoggedPerSecondMax);
  const onFault = (error: unknown, what: string) => faults({ err: error }, what);
  const onGivenUp = ({ noticeId, kind, reason }: WaitingNotice) =>
    faults({ noticeId, kind, reason }, "a network element did not acknowledge; given up");
  const networkPeers = peers.value.names("network");
  const faultsOf = { onFault, onGivenUp };
  const charging = await openCharging({ config, machineNow, peers: networkPeers, ...faultsOf });
  try {
    const { host } = config;
    const frames = createFrames(charging.dispatch, charging.pushing);
    const { clock, dispatch, store } = charging;
    const operationsPort = await openOperationsPort({
      host,
      port: config.operationsPort,
      checks: readinessChecks({ store, clock, isDraining: dispatch.isDraining }),
      clock,
      log,
    });
    const listener = await listen({
      host,
      port: config.port,
      tls: config.tls,
      peers: peers.value,
      handlers: frames,
      implementation: config.listener,
      log,
    }).catch(async (error: unknown) => {
      await operationsPort.close();
      throw error;
    });
    return {
      port: listener.port,
      operationsPort: operationsPort.port,
      listener: listener.kind,
      reloadPeers: () => {
        reloadPeers(peers.value, listener, log);
        charging.pushing
          .claim(peers.value.names("network"))
          .catch((error: unknown) => onFault(error, "new peers have no numbers yet"));
      },
      stop: () => stop({ charging, frames, listener, operationsPort }),
    };
  } catch (error) {
    await charging.close();
    throw error;
  }
};

/** SIGHUP: the peers file was changed. */
const reloadPeers = (peers: Peers, listener: Listener, log: Log) => {
  const outcome = peers.reload();
  if (!outcome.isOk) log.error({ problems: outcome.error }, "the peers stay as they were");
  else log.info({ peers: outcome.value, closed: listener.closeWithdrawn() }, "peers reloaded");
};

/** No new sessions, every request in flight answered, then 1001. */
const stop = async ({ charging, frames, listener, operationsPort }: Parts) => {
  charging.dispatch.drain();
  charging.pushing.stop();
  listener.stopListening();
  for (const { attachment } of frames.connections) {
    attachment?.notify("SHUTTING_DOWN", "no new sessions here; use another endpoint");
  }
  await untilIdle(charging, limits.drainTakingMsMax);
  // Nothing is taken on from here to the close: what was read before it has its answer.
  charging.dispatch.close();
  await untilIdle(charging, limits.drainMsMax - limits.drainTakingMsMax);
  await listener.close(closeCodes.GOING_AWAY.number, "draining");
  await operationsPort.close();
  await charging.close();
};

const untilIdle = async (charging: Charging, msMax: number) => {
  const end = performance.now() + msMax;
  do await sleep(limits.drainPollMs);
  while (charging.isBusy() && performance.now() < end);
};

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
