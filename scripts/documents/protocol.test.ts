// PROTOCOL.md against the table of messages: no type is left out, no meaning told of another one.

import { expect, test } from "vitest";
import { fieldMeanings } from "../../engine/protocol/field-meanings.ts";
import type { AnyField, Fields } from "../../engine/protocol/fields.ts";
import { notices, operations } from "../../engine/protocol/operations.ts";
import { protocolDocument } from "./protocol.ts";

const document = protocolDocument();

/** The types of single values, by their first word: identifier, amount, part. */
const scalarsOf = ({ description, shape }: AnyField): readonly string[] => {
  if (shape.kind === "struct") return scalarsOfAll(shape.fields);
  if (shape.kind === "oneOf") return [];
  const isInside = shape.kind === "list" || shape.kind === "nullable" || shape.kind === "optional";
  return isInside ? scalarsOf(shape.of) : [/^\w+/.exec(description)?.[0] ?? ""];
};
const scalarsOfAll = (fields: Fields): readonly string[] =>
  Object.values(fields).flatMap(scalarsOf);

test("every type that a field has stands in the table of types, and no other", () => {
  const rows = /### Types\n\n([\s\S]*?)\n\n/.exec(document)?.[1] ?? "";
  const told = [...rows.matchAll(/^\| ([a-z\d, ]+?) +\|/gm)]
    .flatMap(([, names = ""]) => names.split(", "))
    .filter((name) => name !== "type" && !name.startsWith("array"));
  const messages = [
    ...Object.values(operations).flatMap(({ request, answer }): Fields[] => [request, answer]),
    ...Object.values(notices).map(({ fields }): Fields => fields),
  ];
  expect(told.toSorted()).toEqual([...new Set(messages.flatMap(scalarsOfAll))].toSorted());
});

test("a field is told by its message's own meaning where it has one", () => {
  const section = (name: string) => document.split(`\n### ${name}:`)[1]?.split("\n### ")[0] ?? "";
  expect(section("transfer")).toContain(fieldMeanings["transfer.kind"]);
  expect(section("requestNotice")).toContain(fieldMeanings["requestNotice.sessionId"]);
  expect(section("putAccount")).toContain(fieldMeanings["period.unit"]);
  expect(section("reauthorize")).toContain(fieldMeanings["reason"]);
});
