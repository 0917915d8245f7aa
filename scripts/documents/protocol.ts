// PROTOCOL.md: the prose of protocol.template.md with the tables of engine/protocol in their
// places.

import { readFileSync } from "node:fs";
import { limits } from "../../engine/limits.ts";
import { closeCodes } from "../../engine/protocol/close-codes.ts";
import { fieldMeanings } from "../../engine/protocol/field-meanings.ts";
import type { AnyField, Fields } from "../../engine/protocol/fields.ts";
import { handshakeRefusals } from "../../engine/protocol/handshake.ts";
import {
  answerOffset,
  notices,
  type OperationName,
  operationNames,
  operations,
  refusalFields,
  refusalNumber,
  subprotocol,
} from "../../engine/protocol/operations.ts";
import { resultCodes } from "../../engine/protocol/result-codes.ts";
import { table } from "./markdown.ts";

/** Throws when a placeholder has no content, or a field no meaning. */
export function protocolDocument(): string {
  const template = readFileSync(new URL("protocol.template.md", import.meta.url), "utf8");
  const client = /```python\n(.*?)```/s.exec(template)?.[1] ?? "";
  const used = new Set<string>();
  const parts: Record<string, string> = {
    subprotocol,
    answerOffset: String(answerOffset),
    refusalNumber: String(refusalNumber),
    clientLines: String(client.split("\n").length - 1),
    handshakeRefusals: table(
      ["status", "when"],
      Object.values(handshakeRefusals).map(({ status, meaning }) => [status, meaning]),
    ),
    operations: operationNames.map((name) => operationSection(name, used)).join("\n\n"),
    refusal: fieldTable("refusal", refusalFields, used),
    notices: Object.entries(notices)
      .map(([name, notice]) => noticeSection(name, notice, used))
      .join("\n\n"),
    resultCodes: table(
      ["number", "name", "repeat", "meaning"],
      Object.entries(resultCodes).map(([name, { number, isRetryable, meaning }]) => [
        number,
        name,
        isRetryable ? "yes" : "",
        meaning,
      ]),
    ),
    retryableNumbers: Object.values(resultCodes)
      .filter(({ isRetryable }) => isRetryable)
      .map(({ number }) => number)
      .join(", "),
    closeCodes: table(
      ["code", "by", "meaning"],
      Object.values(closeCodes).map(({ number, by, meaning }) => [number, by, meaning]),
    ),
  };
  const document = template.replace(/\{\{([\w.]+)\}\}/g, (_, name: string) => {
    const content = name.startsWith("limits.") ? limitText(name.slice(7)) : parts[name];
    if (content === undefined) throw new Error(`protocol.template.md: nothing is called ${name}`);
    return content;
  });
  const surplus = Object.keys(fieldMeanings).filter((name) => !used.has(name));
  if (surplus.length > 0) throw new Error(`meanings without a field: ${surplus.join(", ")}`);
  return document;
}

function operationSection(name: OperationName, used: Set<string>): string {
  const { number, roles, priority, key, purpose, request, answer } = operations[name];
  const keys = Object.keys(request).slice(0, key);
  const isSame = (other: OperationName) =>
    operations[other].request === request && operations[other].answer === answer;
  const first = operationNames.find(isSame) ?? name;
  const idempotency =
    keys.length === 0 ? "idempotent by nature, no key" : `key \`${keys.join("`, `")}\``;
  return `### ${name}: ${number}, answered by ${answerOffset + number}

${purpose} For the ${roles.join(" and ")} role; ${idempotency}; priority *${priority}*.

Request \`${shape(number, request)}\`

${first === name ? fieldTable(name, request, used) : `Fields as in ${first}.`}

Answer \`${shape(answerOffset + number, answer)}\`

${first === name ? fieldTable(name, answer, used) : `Fields as in ${first}.`}`;
}

const noticeSection = (
  name: string,
  { number, purpose, fields }: { number: number; purpose: string; fields: Fields },
  used: Set<string>,
) => `### ${name}: ${number}

${purpose}

\`${shape(number, fields)}\`

${fieldTable(name, fields, used)}`;

const shape = (number: number, fields: Fields): string =>
  `[${[number, "correlation", ...Object.keys(fields)].join(", ")}]`;

function fieldTable(message: string, fields: Fields, used: Set<string>): string {
  return table(["field", "type", "meaning"], fieldRows({ owner: message, fields, path: "" }, used));
}

/** `owner`: the message, or the field of it, that the fields stand in directly. */
type Place = { readonly owner: string; readonly fields: Fields; readonly path: string };

function fieldRows({ owner, fields, path }: Place, used: Set<string>): string[][] {
  return Object.entries(fields).flatMap(([name, type]) => {
    const key = fieldMeanings[`${owner}.${name}`] === undefined ? name : `${owner}.${name}`;
    const meaning = fieldMeanings[key];
    if (meaning === undefined) throw new Error(`the field ${owner}.${name} has no meaning`);
    used.add(key);
    const inner = innerFields(type);
    const row = [`${path}${name}`, type.description, meaning];
    if (inner === undefined) return [row];
    const innerPath = `${path}${name}${inner.isList ? "[]" : ""}.`;
    return [row, ...fieldRows({ owner: name, fields: inner.fields, path: innerPath }, used)];
  });
}

/** The struct that a field is, may be, or has many of. */
function innerFields({ shape }: AnyField): { fields: Fields; isList: boolean } | undefined {
  if (shape.kind === "struct") return { fields: shape.fields, isList: false };
  if (shape.kind === "nullable" || shape.kind === "optional") return innerFields(shape.of);
  const inner = shape.kind === "list" ? innerFields(shape.of) : undefined;
  return inner && { ...inner, isList: true };
}

function limitText(name: string): string | undefined {
  const limit: number | undefined = limits[name as keyof typeof limits];
  return limit?.toLocaleString("en-US");
}
