// Has a snapshot taken when the newest one has grown old, by the command that an operator would
// use, in a process of its own. One that fails is told and tried again; nothing waits for it.

import path from "node:path";
import { type Child, startChild } from "./child.ts";
import type { DataFolder } from "./data-folder.ts";
import type { Settings } from "./settings.ts";

export type SnapshotKeeping = {
  readonly root: string;
  readonly settings: Settings;
  readonly data: DataFolder;
  readonly databaseUrl: string;
  readonly say: (line: string) => void;
  /** How often the age of the newest one is looked at; left out: every ten minutes. */
  readonly everyMs?: number;
};

export type Snapshots = {
  /** One that is under way is given up, and leaves nothing behind. */
  readonly stop: () => Promise<void>;
};

const everyMsDefault = 600_000;
const stopGraceMilliseconds = 5_000;

export const keepSnapshots = (keeping: SnapshotKeeping): Snapshots => {
  const { settings, say, everyMs = everyMsDefault } = keeping;
  let current: Child | null = null;
  let isStopped = false;
  const look = async () => {
    if (current !== null) return;
    current = startTaking(keeping);
    const ending = await current?.exited;
    if (ending !== "exit 0" && !isStopped) {
      const reason = current?.lastWords() ?? ending ?? "its process does not start";
      say(`no snapshot was taken: ${reason}`);
    }
    current = null;
  };
  const timer = settings.snapshotEveryHours === 0 ? undefined : setInterval(look, everyMs);
  return {
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await current?.stop(stopGraceMilliseconds);
    },
  };
};

const startTaking = ({ root, settings, data, databaseUrl }: SnapshotKeeping): Child | null =>
  startChild({
    command: process.execPath,
    args: [
      ...["--import", "tsx", path.join("scripts", "snapshot", "main.ts")],
      ...["--if-older-than", String(settings.snapshotEveryHours)],
    ],
    environment: {
      ...process.env,
      REDIS_URL: settings.engine.redisUrl,
      DATABASE_URL: databaseUrl,
      TOLLGATE_DATA: settings.dataFolder,
    },
    folder: root,
    logFile: path.join(data.logs, "snapshot.log"),
  });
