// An OpenID provider on a real socket: it signs with real keys, keeps codes and holds whoever
// brings one to its PKCE challenge, client and redirect address. It can be made to fail in the ways
// that such servers do.

import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import type { CleanUp } from "./engine.ts";

type Claims = Readonly<Record<string, unknown>>;

export type OidcServer = {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly client: { readonly id: string; readonly secret: string };
  /** Who logs in when a browser comes, and what is said of them. */
  person: Claims;
  /** Of an id token: claims that replace the right ones. */
  wrong: Claims;
  keys: "served" | "broken" | "hanging" | "huge" | "no-json";
  tokens: "served" | "broken" | "no-id-token";
  /** How often each path was asked. */
  readonly asked: Map<string, number>;
  /** Signed with the key of now, ES256; `exp` and `iat` are whatever the claims say. */
  sign(claims: Claims, header?: Claims): Promise<string>;
  /** Another key; the old one is not served any more. */
  rotate(): Promise<void>;
};

type Login = { readonly challenge: string; readonly nonce: string; readonly redirect: string };
type State = OidcServer & { readonly codes: Map<string, Login>; jwk: JWK };

const readBody = async (request: IncomingMessage): Promise<URLSearchParams> => {
  let text = "";
  for await (const part of request) text += String(part);
  return new URLSearchParams(text);
};

const json = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
};

const serveKeys = (state: State, response: ServerResponse) => {
  switch (state.keys) {
    case "served":
      return json(response, 200, { keys: [state.jwk] });
    case "broken":
      return json(response, 500, { error: "server_error" });
    case "huge":
      return json(response, 200, { keys: [state.jwk], padding: "x".repeat(1_000_000) });
    case "no-json":
      return response.end("<html>");
    case "hanging":
      return undefined;
  }
};

const authorize = (state: State, query: URLSearchParams, response: ServerResponse) => {
  const redirect = query.get("redirect_uri") ?? "";
  const isRight =
    query.get("response_type") === "code" &&
    query.get("client_id") === state.client.id &&
    query.get("code_challenge_method") === "S256" &&
    (query.get("scope") ?? "").split(" ").includes("openid");
  if (!isRight) return json(response, 400, { error: "invalid_request" });
  const code = randomUUID();
  const [challenge, nonce] = [query.get("code_challenge") ?? "", query.get("nonce") ?? ""];
  state.codes.set(code, { challenge, nonce, redirect });
  const location = new URL(redirect);
  location.searchParams.set("code", code);
  location.searchParams.set("state", query.get("state") ?? "");
  location.searchParams.set("iss", state.issuer);
  response.writeHead(302, { location: location.href });
  return response.end();
};

/** RFC 6749, 2.3.1: each half is encoded as in a form. */
const clientOf = ({ headers }: IncomingMessage): string => {
  const basic = Buffer.from((headers.authorization ?? "").replace(/^Basic /, ""), "base64");
  return decodeURIComponent(basic.toString());
};

const exchange = async (state: State, request: IncomingMessage, response: ServerResponse) => {
  const form = await readBody(request);
  if (state.tokens === "broken") return json(response, 503, {});
  const login = state.codes.get(form.get("code") ?? "");
  // A code is good for one try.
  state.codes.delete(form.get("code") ?? "");
  const verifier = createHash("sha256").update(form.get("code_verifier") ?? "");
  const { id, secret } = state.client;
  const isRight =
    login !== undefined &&
    form.get("grant_type") === "authorization_code" &&
    form.get("redirect_uri") === login.redirect &&
    verifier.digest("base64url") === login.challenge &&
    clientOf(request) === `${id}:${secret}`;
  if (!isRight) return json(response, 400, { error: "invalid_grant" });
  if (state.tokens === "no-id-token") return json(response, 200, { access_token: "a" });
  const right = { iss: state.issuer, aud: id, nonce: login.nonce };
  const claims = { ...right, ...state.person, ...state.wrong };
  return json(response, 200, { access_token: "a", id_token: await state.sign(claims) });
};

const answer = (state: State, request: IncomingMessage, response: ServerResponse): unknown => {
  const { pathname, searchParams } = new URL(request.url ?? "/", state.issuer);
  state.asked.set(pathname, (state.asked.get(pathname) ?? 0) + 1);
  if (pathname === "/keys") return serveKeys(state, response);
  if (pathname === "/authorize") return authorize(state, searchParams, response);
  if (pathname === "/token") return exchange(state, request, response);
  return json(response, 404, {});
};

const keyOf = async (): Promise<{ jwk: JWK; sign: OidcServer["sign"] }> => {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const kid = randomUUID();
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" };
  const sign: OidcServer["sign"] = (claims, header = {}) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: "ES256", kid, ...header })
      .sign(privateKey);
  return { jwk, sign };
};

/** Closed with `cleanUp`, those whom it lets hang included. */
export const startOidcServer = async (cleanUp: CleanUp): Promise<OidcServer> => {
  let state: State | undefined;
  const server = createServer((request, response) => void answer(state!, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const first: State = {
    ...{ issuer, jwksUri: `${issuer}/keys`, authorizationEndpoint: `${issuer}/authorize` },
    ...{ tokenEndpoint: `${issuer}/token`, client: { id: "tollgate", secret: "s3cret+/%" } },
    ...{ person: {}, wrong: {}, keys: "served", tokens: "served" },
    ...{ asked: new Map(), codes: new Map(), ...(await keyOf()) },
    rotate: async () => void Object.assign(first, await keyOf()),
  };
  state = first;
  cleanUp.add({
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  return first;
};
