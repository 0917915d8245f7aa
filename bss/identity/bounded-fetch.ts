// JSON from an issuer, who is not ours: no longer than its time, no larger than its bound, from
// where it was asked and nowhere else.

import { err, ok, type Result } from "../../engine/values/result.ts";
import { limits } from "../limits.ts";

/** "unreachable": later it may come; "wrong": it came, and is not what was asked for. */
export type FetchFailure = {
  readonly kind: "unreachable" | "wrong";
  readonly detail: string;
};

const failed = (kind: FetchFailure["kind"], detail: string): Result<never, FetchFailure> =>
  err({ kind, detail });

const readBounded = async (response: Response): Promise<string | undefined> => {
  const parts: Uint8Array[] = [];
  let octets = 0;
  for await (const part of response.body ?? []) {
    octets += part.length;
    // Leaving the loop cancels the rest.
    if (octets > limits.issuerAnswerOctetsMax) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
};

/** Only an object is an answer. Details name the host, never what was sent. */
export const fetchJson = async (
  url: string,
  options: Pick<RequestInit, "method" | "headers"> & { readonly body?: string } = {},
): Promise<Result<Readonly<Record<string, unknown>>, FetchFailure>> => {
  const host = URL.canParse(url) ? new URL(url).host : "no address";
  try {
    const response = await fetch(url, {
      ...options,
      redirect: "error",
      signal: AbortSignal.timeout(limits.issuerFetchMsMax),
    });
    const text = await readBounded(response);
    if (text === undefined) return failed("wrong", `${host} answers more than is read`);
    if (response.status >= 500) return failed("unreachable", `${host} answers ${response.status}`);
    if (!response.ok) return failed("wrong", `${host} answers ${response.status}`);
    return objectOf(text, host);
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    return failed("unreachable", `${host} ${isLate ? "does not answer" : "cannot be reached"}`);
  }
};

const objectOf = (text: string, host: string) => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return ok(value as Readonly<Record<string, unknown>>);
    }
  } catch {
    // Said below.
  }
  return failed("wrong", `${host} answers something else than a JSON object`);
};
