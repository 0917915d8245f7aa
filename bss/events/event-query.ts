// What a hub subscriber wants of an API's events, as TMF630 (part 1, "Notification") has it:
// `eventType=ProductOfferingCreateEvent&productOffering.lifecycleStatus=Active`. Conditions are
// joined by `&`; several values of one are alternatives: `a=1,2` or `a=1&a=2`. A value in double
// quotes is taken as it stands. A path leads into the event's resource; what meets a list there
// goes on in each of its members. Values are compared as text: true, 3, Active.

import { err, ok, type Result } from "../../engine/values/result.ts";
import { limits } from "../limits.ts";

type Condition = { readonly path: readonly string[]; readonly values: ReadonlySet<string> };

export type EventQuery = {
  /** Undefined: all. */
  readonly eventTypes: ReadonlySet<string> | undefined;
  /** Paths begin with the name of the resource. */
  readonly conditions: readonly Condition[];
};

const everything: EventQuery = { eventTypes: undefined, conditions: [] };

/** The error is a sentence for whoever gave it. */
export const readEventQuery = (text: string): Result<EventQuery, string> => {
  if (text === "") return ok(everything);
  if (text.length > limits.eventQueryCharactersMax) {
    return err(`it is longer than ${limits.eventQueryCharactersMax} characters`);
  }
  const byName = new Map<string, Set<string>>();
  for (const part of splitOutsideQuotes(text.replace(/^\?/, ""), "&")) {
    const read = readCondition(part);
    if (!read.isOk) return read;
    const { name, values } = read.value;
    byName.set(name, new Set([...(byName.get(name) ?? []), ...values]));
  }
  if (byName.size > limits.eventQueryConditionsMax) {
    return err(`it has more than ${limits.eventQueryConditionsMax} conditions`);
  }
  const eventTypes = byName.get("eventType");
  byName.delete("eventType");
  const conditions = [...byName].map(([name, values]) => ({ path: pathOf(name), values }));
  return ok({ eventTypes, conditions });
};

/** The name of the resource may stand behind `event.`, as it does in what is delivered. */
const pathOf = (name: string): readonly string[] => name.replace(/^event\./, "").split(".");

const readCondition = (part: string): Result<{ name: string; values: string[] }, string> => {
  const at = part.indexOf("=");
  const name = decoded(part.slice(0, Math.max(0, at)))?.trim() ?? "";
  const isPath = /^[@\w]+(\.[@\w-]+)+$/.test(name);
  if (at < 0 || (name !== "eventType" && !isPath)) {
    return err(`"${part}" is no condition: expected eventType=… or resource.attribute=…`);
  }
  const values = splitOutsideQuotes(part.slice(at + 1), ",").map(readValue);
  const known = values.filter((value) => value !== undefined);
  if (known.length < values.length) return err(`"${part}" has a value that cannot be read`);
  if (known.some((value) => value === "")) return err(`"${part}" has no value`);
  return ok({ name, values: known });
};

const readValue = (text: string): string | undefined => {
  const value = decoded(text)?.trim();
  if (value === undefined || !value.includes('"')) return value;
  const inQuotes = /^"((?:[^"\\]|\\.)*)"$/s.exec(value)?.[1];
  return inQuotes?.replace(/\\(.)/gs, "$1");
};

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
};

/** A quote within quotes stands behind a backslash. */
const splitOutsideQuotes = (text: string, separator: string): string[] => {
  const parts: string[] = [];
  let isQuoted = false;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (isQuoted && text[at] === "\\") at++;
    else if (text[at] === '"') isQuoted = !isQuoted;
    else if (text[at] === separator && !isQuoted) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
};

export type QueriedEvent = {
  readonly eventType: string;
  readonly resourceName: string;
  /** Parsed when a condition asks for it. */
  resource(): unknown;
};

export const isWanted = ({ eventTypes, conditions }: EventQuery, event: QueriedEvent): boolean => {
  if (eventTypes !== undefined && !eventTypes.has(event.eventType)) return false;
  return conditions.every(({ path: [name, ...rest], values }) => {
    return name === event.resourceName && hasValue(event.resource(), rest, values);
  });
};

const hasValue = (
  found: unknown,
  path: readonly string[],
  values: ReadonlySet<string>,
): boolean => {
  if (Array.isArray(found)) return found.some((one) => hasValue(one, path, values));
  const [name, ...rest] = path;
  if (name === undefined) {
    return found !== null && typeof found !== "object" && values.has(String(found));
  }
  if (found === null || typeof found !== "object" || !Object.hasOwn(found, name)) return false;
  return hasValue((found as Record<string, unknown>)[name], rest, values);
};
