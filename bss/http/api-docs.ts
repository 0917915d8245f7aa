// The documentation of the API where it runs: OpenAPI at /api/openapi.json, and a page to read it
// and try it at /api/docs, from files of this server alone.

import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";

export const addApiDocs = async (
  server: FastifyInstance,
  document: Readonly<Record<string, unknown>>,
): Promise<void> => {
  const text = JSON.stringify(document);
  server.get("/api/openapi.json", (_, reply) => reply.type("application/json").send(text));
  await server.register(swagger, {
    mode: "static",
    specification: { document: document as never },
  });
  await server.register(swaggerUi, {
    routePrefix: "/api/docs",
    staticCSP: true,
    theme: {
      title: "Tollgate API",
      // There is one document; a field for the address of another one only asks for mistakes.
      css: [{ filename: "plain.css", content: ".swagger-ui .topbar { display: none }" }],
    },
    uiConfig: {
      docExpansion: "none",
      filter: true,
      persistAuthorization: true,
      displayRequestDuration: true,
      // Nothing is asked of anybody else's server.
      validatorUrl: null,
    },
  });
};
