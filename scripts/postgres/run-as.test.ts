// As whom Postgres is run, in every situation that a machine may offer.

import { expect, test } from "vitest";
import { chooseRunAs, commandLineAs, namedCommandLine, type Possibilities } from "./run-as.ts";

const ids = { uid: 65_534, gid: 65_534 };
const never = (): Promise<never> => Promise.reject(new Error("asked in vain"));

const root = (nobody: boolean, namespace: boolean): Possibilities => ({
  isRoot: true,
  askNobody: () => Promise.resolve(nobody ? ids : null),
  isNamespaceAllowed: () => Promise.resolve(namespace),
});

test("an ordinary user runs it, and nothing is tried", async () => {
  const possible = { isRoot: false, askNobody: never, isNamespaceAllowed: never };
  expect(await chooseRunAs(possible)).toEqual({ isOk: true, value: { kind: "self" } });
});

test("root takes nobody, without trying the other way, where nobody reaches it", async () => {
  const possible = { ...root(true, true), isNamespaceAllowed: never };
  expect(await chooseRunAs(possible)).toEqual({ isOk: true, value: { kind: "nobody", ids } });
});

test("root takes a namespace where nobody cannot reach it", async () => {
  expect(await chooseRunAs(root(false, true))).toEqual({
    isOk: true,
    value: { kind: "namespace" },
  });
});

test("where neither goes, one line names the remedies", async () => {
  const refused = await chooseRunAs(root(false, false));
  const line = refused.isOk ? "" : refused.error;
  expect(line).toMatch(/does not run as root.*ordinary user.*chmod o\+x.*DATABASE_URL/);
  expect(line).not.toContain("\n");
});

test("the command is run by nobody, or becomes the program of a namespace", () => {
  expect(commandLineAs({ kind: "nobody", ids }, "postgres", ["-D", "x"])).toEqual({
    command: "postgres",
    args: ["-D", "x"],
    user: ids,
  });
  expect(commandLineAs({ kind: "namespace" }, "postgres", ["-D", "x"])).toEqual({
    command: "unshare",
    args: ["--user", "postgres", "-D", "x"],
    user: undefined,
  });
});

test("initdb wants a name: an id without one gets it in a namespace", () => {
  const command = (isNamed: boolean) => namedCommandLine({ kind: "self" }, "initdb", [], isNamed);
  expect(command(true).command).toBe("initdb");
  expect(command(false)).toMatchObject({ command: "unshare", args: ["--user", "initdb"] });
});
