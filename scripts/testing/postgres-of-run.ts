// The one Postgres of a run of tests, with the template in it. It starts when the first file asks
// for a database, and never where none does. Files run in processes of their own: they ask over a
// socket that the run listens on, and are answered once the server is there.

import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { prepareTemplate } from "./database-template.ts";
import { type RunningPostgres, startPostgres } from "./postgres-server.ts";
import { openSql } from "./sql.ts";

/** How a file of tests reaches the server. */
export type PostgresOfRun = {
  /** As the role that owns the databases; the name of one takes the place of `tollgate`. */
  readonly url: string;
  readonly superuserUrl: string;
};

declare module "vitest" {
  export interface ProvidedContext {
    /** The socket on which `askPostgresOfRun` asks. */
    postgresSocket: string;
  }
}

export const templateName = "tollgate_template";

/** The same server and role, another database. */
export const urlOfDatabase = (url: string, name: string): string => {
  const moved = new URL(url);
  moved.pathname = `/${name}`;
  return moved.href;
};

const makeTemplate = async ({ url, superuserUrl }: RunningPostgres): Promise<void> => {
  const sql = openSql(superuserUrl, 1);
  await sql.plain(`CREATE DATABASE ${templateName} OWNER tollgate`);
  await prepareTemplate(urlOfDatabase(url, templateName));
  await sql.end();
};

type Running = { readonly server: RunningPostgres; readonly answer: PostgresOfRun };

const start = async (): Promise<Running> => {
  const server = await startPostgres();
  try {
    await makeTemplate(server);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { server, answer: { url: server.url, superuserUrl: server.superuserUrl } };
};

type Answer = PostgresOfRun | { readonly problem: string };

const listen = (socketFile: string, answer: () => Promise<Answer>): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      void answer().then((words) => socket.end(JSON.stringify(words)));
    });
    server.once("error", reject);
    server.listen(socketFile, () => resolve(server));
  });

export type PostgresListener = {
  readonly socketFile: string;
  /** Ends the server, if it was ever started. */
  readonly close: () => Promise<void>;
};

export const listenForPostgres = async (): Promise<PostgresListener> => {
  const folder = await mkdtemp(path.join(tmpdir(), "tollgate-run-"));
  const socketFile = path.join(folder, "postgres");
  let running: Promise<Running> | undefined;
  const answer = async (): Promise<Answer> => {
    running ??= start();
    try {
      return (await running).answer;
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  };
  const listener = await listen(socketFile, answer);
  listener.unref();
  return {
    socketFile,
    close: async () => {
      listener.close();
      await running?.then(({ server }) => server.stop()).catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** Resolves once the server of the run is there; rejects with why it is not. */
export const askPostgresOfRun = async (socketFile: string): Promise<PostgresOfRun> => {
  const answer = JSON.parse(await text(connect(socketFile))) as Answer;
  if ("problem" in answer) throw new Error(answer.problem);
  return answer;
};
