// Which passwords may be chosen.

import fc from "fast-check";
import { expect, test } from "vitest";
import { checkPassword } from "./password-rules.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const who = { login: "ada.lovelace@example.org", email: "countess@example.org" };
const tooShort = "a password has at least 12 characters";
const tooLong = "a password has at most 128 characters";
const tooCommon = "this password is among the first that anybody would try";
const isLogin = "a password is not the login";

test.each([
  ["elevensigns", tooShort],
  ["", tooShort],
  // Eleven as people count them, though twenty-two in UTF-16.
  ["🔑".repeat(11), tooShort],
  ["x y ".repeat(33), tooLong],
  ["Password1234", tooCommon],
  ["Welcome2026!!", tooCommon],
  ["qwertyuiop12", tooCommon],
  ["111111111111", tooCommon],
  ["123456789012", tooCommon],
  ["abcdefghijklmn", tooCommon],
  ["nmlkjihgfedcba", tooCommon],
  ["xyzxyzxyzxyz", tooCommon],
  ["Tollgate2026!", tooCommon],
  ["ada.lovelace@example.org", isLogin],
  ["Ada.Lovelace", isLogin],
  ["Ada.Lovelace1815!", isLogin],
  ["countess@example.org", isLogin],
])("refuses %j", (password, reason) => {
  expect(checkPassword(password, who)).toEqual({ isOk: false, error: reason });
});

test.each(["twelve signs", "wheel turns of brass", "пароль из букв", "dampfmaschine-7"])(
  "takes %j: length is enough",
  (password) => {
    expect(checkPassword(password, who)).toEqual({ isOk: true, value: password });
  },
);

test("two ways to type an accent are one password", () => {
  const composed = checkPassword("cr\u00e8me br\u00fbl\u00e9e", who);
  expect(checkPassword("cre\u0300me bru\u0302le\u0301e", who)).toEqual(composed);
});

test(`any text is answered, and what is taken has its length (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      const checked = checkPassword(text, who);
      if (!checked.isOk) return;
      const length = [...checked.value].length;
      expect(length).toBeGreaterThanOrEqual(12);
      expect(length).toBeLessThanOrEqual(128);
    }),
    { seed, numRuns: 500 },
  );
});
