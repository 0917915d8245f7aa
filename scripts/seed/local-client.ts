// A client of the Tollgate that runs here: its address from the settings, its token from the data
// folder.

import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { type Client, createClient } from "../../engine/protocol/client/client.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { tokenFiles } from "../supervisor/access-tokens.ts";
import { dataFolderPaths } from "../supervisor/data-folder.ts";
import { reachableHost } from "../supervisor/engines.ts";
import { readSettings, type Settings } from "../supervisor/settings.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export const webSocketUrl = ({ engine }: Settings): string => {
  const protocol = engine.tls === undefined ? "ws" : "wss";
  return `${protocol}://${reachableHost(engine.host)}:${engine.port}`;
};

/** With mutual TLS only those can connect who hold a certificate; we are given none. */
export const canConnect = ({ engine }: Settings): boolean => engine.tls?.caFile === undefined;

export const connectLocally = (settings: Settings, token: string): Client =>
  createClient({
    endpoints: [webSocketUrl(settings)],
    token,
    // The certificate names the machine as others see it; we come over the loopback, to a port that
    // was ours alone when the engine started.
    ...(settings.engine.tls === undefined ? {} : { tls: { rejectUnauthorized: false } }),
  });

export type LocalClient = { readonly client: Client; readonly url: string };
type NoClient = { readonly message: string; readonly exitCode: number };

/** As the business side of the Tollgate that the environment names. */
export const connectAsBusiness = (): Result<LocalClient, NoClient> => {
  const machine = { root, cores: availableParallelism() };
  const settings = readSettings(process.env, { isReset: false, isSmoke: false }, machine);
  if (!settings.isOk) {
    return err({ message: settings.error.message ?? "", exitCode: settings.error.exitCode });
  }
  const file = tokenFiles(dataFolderPaths(settings.value.dataFolder)).business;
  try {
    const token = readFileSync(file, "utf8").trim();
    return ok({ client: connectLocally(settings.value, token), url: webSocketUrl(settings.value) });
  } catch {
    return err({
      message: `no access token in ${file}; start Tollgate first: npm start`,
      exitCode: 1,
    });
  }
};
