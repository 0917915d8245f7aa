// The keys of this installation. Values are sealed with the newest, and opened with whichever they
// were sealed with. A key that is not known may have been added by another process a moment ago:
// the file is looked at again then, if it has changed.

import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { err, ok, type Result } from "../../engine/values/result.ts";

export const keyOctets = 32;

/** AES-256. */
export type Key = { readonly id: string; readonly secret: Buffer };

export type Keys = {
  /** The newest is the last. */
  readonly keys: readonly [Key, ...Key[]];
  /** For blind indexes; none of the others. */
  readonly indexKey: Buffer;
};

export type KeyRing = {
  newest(): Key;
  /** Undefined: it is not there. */
  find(id: string): Key | undefined;
  readonly indexKey: Buffer;
};

const secret = z
  .string()
  .regex(/^[\w-]{43}$/, "expected 32 octets as base64url")
  .transform((text) => Buffer.from(text, "base64url"));
const keyFile = z.strictObject({
  keys: z
    .array(
      z.strictObject({ id: z.string().regex(/^[\da-f]{8}$/, "expected 8 hex digits"), secret }),
    )
    .min(1)
    .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, "an id is twice"),
  indexKey: secret,
});

/** The error is one line, with nothing of what the file says. */
export const readKeys = (file: string): Result<Keys, string> => {
  try {
    const parsed = keyFile.safeParse(JSON.parse(readFileSync(file, "utf8")));
    if (parsed.success) {
      const { keys, indexKey } = parsed.data;
      const [first, ...others] = keys;
      if (first !== undefined) return ok({ keys: [first, ...others], indexKey });
    }
    const [issue] = parsed.error?.issues ?? [];
    return err(`${file}: ${issue?.path.join(".") || "the file"}: ${issue?.message ?? "no key"}`);
  } catch (error) {
    if (error instanceof SyntaxError) return err(`${file} is no JSON`);
    const { code } = error as NodeJS.ErrnoException;
    return err(`${file} cannot be read (${code ?? "unknown"})`);
  }
};

export const keyRingOf = ({ keys, indexKey }: Keys): KeyRing => {
  const byId = new Map(keys.map((key) => [key.id, key]));
  const newest = keys.at(-1) ?? keys[0];
  return { newest: () => newest, find: (id) => byId.get(id), indexKey };
};

export const openKeyRing = (file: string): Result<KeyRing, string> => {
  let seen = stateOf(file);
  const keys = readKeys(file);
  if (!keys.isOk) return keys;
  let ring = keyRingOf(keys.value);
  const lookAgain = (): void => {
    const now = stateOf(file);
    if (now === seen) return;
    seen = now;
    const changed = readKeys(file);
    if (changed.isOk) ring = keyRingOf(changed.value);
  };
  return ok({
    newest: () => ring.newest(),
    find: (id) => {
      const found = ring.find(id);
      if (found !== undefined) return found;
      lookAgain();
      return ring.find(id);
    },
    // It never changes: every index would have to.
    indexKey: ring.indexKey,
  });
};

const stateOf = (file: string): string => {
  const { mtimeMs, size, ino } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return [mtimeMs, size, ino].join();
};
