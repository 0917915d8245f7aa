// The file that lists who may connect, and as what:
//
//   { "peers": [ { "name": "smf-1", "role": "network", "tokenSha256": "<64 hex digits>" } ] }
//
// It holds hashes, never tokens. With mutual TLS a peer may be named by its certificate as well, or
// instead: `certificateSha256` is the fingerprint that `openssl x509 -fingerprint -sha256` prints.

import { limits } from "../limits.ts";
import { type Role, roles } from "../protocol/operations.ts";
import { err, ok, type Result } from "../values/result.ts";

export type PeerEntry = {
  readonly name: string;
  readonly role: Role;
  /** Lower-case hex. At least one of the two is there; where both are, a caller must have both. */
  readonly tokenSha256: string | undefined;
  readonly certificateSha256: string | undefined;
};

const fields = ["name", "role", "tokenSha256", "certificateSha256"];
const emptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const namePattern = /^[\w.@:-]{1,64}$/;

/** Every problem, one line each, led by the path of the field: `peers[2].role: …`. */
export const parsePeersFile = (text: string): Result<readonly PeerEntry[], readonly string[]> => {
  const document = parseJson(text);
  if (!document.isOk) return err([document.error]);
  const list = isRecord(document.value) ? document.value["peers"] : undefined;
  if (!Array.isArray(list)) return err(['expected an object {"peers": […]}']);
  if (list.length === 0 || list.length > limits.peersMax) {
    return err([`peers: expected 1 to ${limits.peersMax} entries, got ${list.length}`]);
  }
  const problems: string[] = [];
  const entries = list.map((item: unknown, index) => readEntry(item, `peers[${index}]`, problems));
  for (const field of ["name", "tokenSha256", "certificateSha256"] as const) {
    findRepeats(entries, field, problems);
  }
  return problems.length > 0 ? err(problems) : ok(entries);
};

const readEntry = (item: unknown, path: string, problems: string[]): PeerEntry => {
  const entry = isRecord(item) ? item : {};
  if (!isRecord(item)) problems.push(`${path}: expected an object`);
  for (const field of Object.keys(entry)) {
    if (!fields.includes(field)) {
      problems.push(`${path}: unknown field "${field}"; expected ${fields.join(", ")}`);
    }
  }
  const name = typeof entry["name"] === "string" ? entry["name"] : "";
  if (!namePattern.test(name)) {
    problems.push(`${path}.name: expected 1 to 64 letters, digits or one of _ . @ : -`);
  }
  const role = roles.find((known) => known === entry["role"]);
  if (role === undefined) problems.push(`${path}.role: expected ${roles.join(" or ")}`);
  const tokenSha256 = readHash(entry["tokenSha256"], `${path}.tokenSha256`, problems);
  const certificateSha256 = readHash(
    entry["certificateSha256"],
    `${path}.certificateSha256`,
    problems,
  );
  if (entry["tokenSha256"] === undefined && entry["certificateSha256"] === undefined) {
    problems.push(`${path}: expected tokenSha256, certificateSha256 or both`);
  }
  return { name, role: role ?? "network", tokenSha256, certificateSha256 };
};

/** Never repeats what it refuses: it may be the token itself, put there by mistake. */
const readHash = (value: unknown, path: string, problems: string[]): string | undefined => {
  if (value === undefined) return undefined;
  const hash = typeof value === "string" ? value.replaceAll(":", "").toLowerCase() : "";
  if (hash === emptySha256) {
    // What `sha256sum` makes of a variable that was never set.
    problems.push(`${path}: the hash of nothing; hash the token itself`);
    return undefined;
  }
  if (/^[0-9a-f]{64}$/.test(hash)) return hash;
  problems.push(`${path}: expected a SHA-256 hash of 64 hexadecimal digits`);
  return undefined;
};

const findRepeats = (
  entries: readonly PeerEntry[],
  field: "name" | "tokenSha256" | "certificateSha256",
  problems: string[],
) => {
  const firstByValue = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const value = entry[field];
    if (!value) continue;
    const first = firstByValue.get(value);
    if (first === undefined) firstByValue.set(value, index);
    else problems.push(`peers[${index}].${field}: the same as in peers[${first}]`);
  }
};

const parseJson = (text: string): Result<unknown, string> => {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch {
    // The parser's own message quotes the text, and the text may hold a secret.
    return err("not valid JSON");
  }
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
