// Cookies of the console (RFC 6265bis). The prefix has browsers hold them to this host, to TLS (or
// localhost) and to no narrower path; no script reads them.

import { limits } from "../limits.ts";

export const sessionCookie = "__Host-tollgate-session";
/** What somebody has to bring back from an issuer. */
export const stateCookie = "__Host-tollgate-oidc";

/** Lax where it has to come along when another site sends the browser here: back from an issuer. */
export const newCookie = (
  name: string,
  value: string,
  msMax: number,
  sameSite: "Strict" | "Lax" = "Strict",
): string =>
  `${name}=${value}; Path=/; Max-Age=${Math.floor(msMax / 1_000)}; Secure; HttpOnly; ` +
  `SameSite=${sameSite}`;

export const expiredCookie = (name: string): string => newCookie(name, "", 0);

/** Pairs parted by semicolons; the first of a name counts. */
export const cookieOf = (header: string | undefined, name: string): string | undefined => {
  if (header === undefined || header.length > limits.credentialCharactersMax) return undefined;
  const pairs = header.split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
};
