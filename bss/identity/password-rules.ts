// Which passwords may be chosen: NIST SP 800-63B, 5.1.1.2. Long, not what everybody tries first,
// not who one is; no kinds of characters to be mixed, and no date by which to change it.

import { err, ok, type Result } from "../../engine/values/result.ts";
import { limits } from "../limits.ts";
import { commonPasswords } from "./common-passwords.ts";

/** One password, however a keyboard composed its accents (800-63B: normalise by NFKC). */
export const normalisedPassword = (password: string): string => password.normalize("NFKC");

/** `Sunshine2026!` is sunshine. */
const withoutDecoration = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}]+$/u, "")
    .replace(/^[^\p{L}]+/u, "");

const isOneRun = (password: string): boolean => {
  const codes = Array.from(password, (character) => character.codePointAt(0)!);
  const first = codes[1]! - codes[0]!;
  return (
    Math.abs(first) <= 1 && codes.every((code, at) => at === 0 || code - codes[at - 1]! === first)
  );
};

/** Of digits and signs only: what repeats or counts, as 123412341234 and 1234567890. */
const isPattern = (password: string): boolean => {
  if (isOneRun(password)) return true;
  if (/^(.{1,4})\1+.{0,3}$/su.test(password)) return true;
  return "01234567890123456789".includes(password) || "09876543210987654321".includes(password);
};

/** What is wrong with it, said to whoever chose it. */
export const checkPassword = (
  password: string,
  who: { readonly login: string; readonly email?: string | null },
): Result<string, string> => {
  const chosen = normalisedPassword(password);
  const length = [...chosen].length;
  if (length < limits.passwordCharactersMin) {
    return err(`a password has at least ${limits.passwordCharactersMin} characters`);
  }
  if (length > limits.passwordCharactersMax) {
    return err(`a password has at most ${limits.passwordCharactersMax} characters`);
  }
  const bare = withoutDecoration(chosen);
  if (commonPasswords.has(bare) || commonPasswords.has(chosen.toLowerCase()) || isPattern(chosen)) {
    return err("this password is among the first that anybody would try");
  }
  const names = [who.login, who.email, who.login.split("@")[0]].flatMap((name) => name ?? []);
  const own = names.flatMap((name) => [name.toLowerCase(), withoutDecoration(name)]);
  return own.includes(chosen.toLowerCase()) || own.includes(bare)
    ? err("a password is not the login")
    : ok(chosen);
};
