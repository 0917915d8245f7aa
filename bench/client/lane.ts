// One connection of the load client with the sessions that it carries: which of them are idle, and
// which go into the next frame. A session stays with its connection, as with a network element.

import { nextUint32, type Random } from "../../engine/values/random.ts";
import type { Connection } from "./connection.ts";
import { updatesPerFrameMax, writeFrame } from "./frame-writer.ts";
import { type Population, prepareUpdate } from "./population.ts";

export type Lane = {
  readonly connection: Connection;
  /** Session numbers, the first `idleCount` of them without an update under way. */
  readonly idle: Uint32Array;
  idleCount: number;
  underWay: number;
  /** Drawn for the next frame; they count as under way. */
  readonly drawn: Uint32Array;
  drawnCount: number;
};

/** Every `lanes`-th session, beginning with the lane's own number. */
export const openLane = (
  connection: Connection,
  { lane, lanes, sessions }: { lane: number; lanes: number; sessions: number },
): Lane => {
  const idle = Uint32Array.from(
    { length: Math.ceil((sessions - lane) / lanes) },
    (_, index) => lane + index * lanes,
  );
  const drawn = new Uint32Array(updatesPerFrameMax);
  return { connection, idle, idleCount: idle.length, underWay: 0, drawn, drawnCount: 0 };
};

/** Any idle session goes into the next frame, which has room: its number. */
export const drawSession = (lane: Lane, random: Random): number => {
  const { idle, idleCount } = lane;
  const at = nextUint32(random) % idleCount;
  const session = idle[at] as number;
  lane.idleCount = idleCount - 1;
  idle[at] = idle[idleCount - 1] as number;
  lane.underWay += 1;
  lane.drawn[lane.drawnCount] = session;
  lane.drawnCount += 1;
  return session;
};

export const isFrameFull = (lane: Lane): boolean => lane.drawnCount === updatesPerFrameMax;

/** Its update is answered. */
export const putBack = (lane: Lane, session: number): void => {
  lane.idle[lane.idleCount] = session;
  lane.idleCount += 1;
  lane.underWay -= 1;
};

/** Sends what was drawn as one frame. */
export const sendDrawn = (lane: Lane, population: Population, random: Random): void => {
  const { drawn, drawnCount } = lane;
  if (drawnCount === 0) return;
  const now = Date.now();
  for (let i = 0; i < drawnCount; i++) {
    prepareUpdate(population, drawn[i] as number, now, random);
  }
  lane.connection.send(writeFrame(population, drawn, drawnCount));
  lane.drawnCount = 0;
};
