// What an issuer's claims are worth here: its roles become ours by a table, and nothing by itself.

import type { Role } from "../permissions.ts";
import { rolesOf } from "./granted.ts";

export type Claims = Readonly<Record<string, unknown>>;

type Mapping = {
  readonly rolesClaim: string;
  readonly rolesByClaim: Readonly<Record<string, readonly string[]>>;
  readonly customerClaim: string | null;
};

const isRecord = (value: unknown): value is Claims =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A name as it stands (some are addresses, with dots), or else a path as `realm_access.roles`. */
const claimOf = (claims: Claims, name: string): unknown => {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split(".")
    .reduce<unknown>(
      (value, step) => (isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined),
      claims,
    );
};

/** Postgres keeps neither U+0000 nor half of a surrogate pair, and nobody reads either. */
const isPlain = (text: string): boolean => /^[^\p{Cc}\p{Cs}]+$/u.test(text);

/** A list, or as in `scope` (RFC 8693, 4.2) words parted by blanks. */
const wordsOf = (value: unknown): readonly string[] => {
  if (typeof value === "string") return value.split(" ");
  return Array.isArray(value) ? value.filter((word) => typeof word === "string") : [];
};

export const rolesOfClaims = (claims: Claims, mapping: Mapping): readonly Role[] => {
  const { rolesClaim, rolesByClaim } = mapping;
  const words = wordsOf(claimOf(claims, rolesClaim));
  const known = words.filter((word) => Object.hasOwn(rolesByClaim, word));
  return rolesOf(known.flatMap((word) => rolesByClaim[word] ?? []));
};

export const customerOfClaims = (
  claims: Claims,
  { customerClaim }: Mapping,
): string | undefined => {
  const value = customerClaim === null ? undefined : claimOf(claims, customerClaim);
  return typeof value === "string" && isPlain(value) ? value : undefined;
};

/** As the audit shows it; the subject where the issuer says no name. */
export const nameOfClaims = (claims: Claims): string => {
  const names = [claims["name"], claims["preferred_username"], claims["sub"]];
  const name = names.find((value) => typeof value === "string" && isPlain(value));
  // By code points: no half of a pair is left at the end.
  return [...String(name ?? "somebody")].slice(0, 200).join("");
};
