// Time-based one-time passwords, RFC 6238 over RFC 4226, as authenticator apps have them: SHA-1,
// six digits, a step of 30 s. (SHA-1 is no weakness within HMAC, and many apps know nothing else.)

import { createHmac, timingSafeEqual } from "node:crypto";
import { limits } from "../limits.ts";
import { toBase32 } from "./base32.ts";

const stepMs = 30_000;
const digitsDefault = 6;

export const stepOf = (now: number): number => Math.floor(now / stepMs);

/** RFC 4226, 5.3: four octets from where the last nibble points, without the sign. */
export const codeAt = (
  secret: Uint8Array,
  step: number,
  { digits = digitsDefault, hash = "sha1" } = {},
): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac(hash, secret).update(counter).digest();
  const from = digest.at(-1)! & 0x0f;
  const number = digest.readUInt32BE(from) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, "0");
};

/**
 * The step whose code it is, after `lastStep`: what was used once, or is older, is no code any more
 * (RFC 6238, 5.2). Undefined: it is no code of now.
 */
export const stepOfCode = (
  secret: Uint8Array,
  code: string,
  { now, lastStep }: { readonly now: number; readonly lastStep: number },
): number | undefined => {
  const given = Buffer.from(code);
  if (given.length !== digitsDefault) return undefined;
  const aside = limits.oneTimeCodeStepsAside;
  const first = Math.max(0, stepOf(now) - aside);
  for (let step = first; step <= stepOf(now) + aside; step++) {
    if (step > lastStep && timingSafeEqual(given, Buffer.from(codeAt(secret, step)))) return step;
  }
  return undefined;
};

/** What an authenticator app reads from a QR code. */
export const otpauthUri = (secret: Uint8Array, login: string): string => {
  const label = `Tollgate:${encodeURIComponent(login)}`;
  return `otpauth://totp/${label}?secret=${toBase32(secret)}&issuer=Tollgate&digits=6&period=30`;
};
