// The API of the business side: the routes of every domain, their documentation, one listener.

import { readFileSync } from "node:fs";
import { addApiDocs } from "./http/api-docs.ts";
import { describeApi } from "./http/openapi.ts";
import type { Route } from "./http/route.ts";
import { createServer, type HttpServer, type ServerOptions } from "./http/server.ts";

const manifest = new URL("../package.json", import.meta.url);
const { version } = JSON.parse(readFileSync(manifest, "utf8"));
const description = readFileSync(new URL("api-description.md", import.meta.url), "utf8");

export const openApiOf = (routes: readonly Route[]) =>
  describeApi(routes, { title: "Tollgate", version, description });

export const createApp = async (options: ServerOptions): Promise<HttpServer> => {
  const server = await createServer(options);
  await addApiDocs(server.fastify, openApiOf(options.routes));
  return server;
};
