// Every door of identity takes whatever its own shape takes, and what is spoilt of that, without a
// failure of its own.

import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { arbitraryOf } from "../../scripts/testing/arbitrary-of.ts";
import { databaseOfFile } from "../../scripts/testing/database-of-file.ts";
import {
  type IdentityOfTest,
  openIdentityOfFile,
  type TestUser,
} from "../../scripts/testing/identity-of-test.ts";
import { mutationsOf } from "../../scripts/testing/mutations-of.ts";
import { identityRoutes } from "./index.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const file = databaseOfFile();
let on: IdentityOfTest;
let admin: TestUser;
beforeAll(async () => {
  const { opened, close } = await openIdentityOfFile(file.url);
  on = opened;
  admin = await on.newUser("administrator");
  return close;
});

test(`no body makes a door fail, and what its shape refuses is a 400 (seed ${seed})`, async () => {
  const target = await on.newUser("billing");
  for (const { method, path, body } of identityRoutes(on.identity)) {
    if (body === undefined) continue;
    const at = path.replace(":id", target.id);
    const send = async (document: unknown) => {
      const answer = await on.ask(method, at, {
        ...{ token: admin.token, type: "application/json", body: jsonOf(document) },
      });
      expect(answer.status, `${method} ${at} ${answer.text}`).toBeLessThan(500);
      return answer;
    };
    // Drawn, not asserted: a list within a thousand others cannot be printed.
    for (const document of fc.sample(arbitraryOf(body), { seed, numRuns: 5 })) await send(document);
    for (const { document, isInvalid, what } of fc.sample(mutationsOf(body), {
      seed,
      numRuns: 25,
    })) {
      const answer = await send(document);
      if (isInvalid) expect([400, 413], `${at} ${what}: ${answer.text}`).toContain(answer.status);
    }
  }
});

test(`no address makes a door fail (seed ${seed})`, async () => {
  const paths = identityRoutes(on.identity).filter(({ method }) => method !== "POST");
  const piece = fc.string({ unit: "binary", maxLength: 40 }).map(encodeURIComponentOrNot);
  const asked = fc.tuple(fc.constantFrom(...paths), piece, piece);
  await fc.assert(
    fc.asyncProperty(asked, async ([{ method, path }, id, query]) => {
      const at = `${path.replace(/:\w+/, id || "x")}?${method === "GET" ? `after=${query}` : ""}`;
      const answer = await on.ask(method, at, { token: admin.token });
      expect(answer.status, `${method} ${at}`).toBeLessThan(500);
      if (at.startsWith("/api/identity/session?")) {
        admin = { ...admin, token: (await on.logIn(admin)).body.token };
      }
    }),
    { seed, numRuns: 150 },
  );
});

/** Deeper than this machine can say it: as deep by hand. */
const jsonOf = (document: unknown): string => {
  try {
    return JSON.stringify(document);
  } catch {
    return "[".repeat(100_000) + "]".repeat(100_000);
  }
};

/** Halves of surrogate pairs cannot be said in an address. */
const encodeURIComponentOrNot = (text: string): string => {
  try {
    return encodeURIComponent(text);
  } catch {
    return "%ED%A0%80";
  }
};
