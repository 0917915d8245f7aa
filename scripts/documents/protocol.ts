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
  const used = new Set<string>();
  const parts: Record<string, string> = {
    subprotocol,
    answerOffset: String(answerOffset),
    refusalNumber: String(refusalNumber),
    handshakeRefusals: table(
      ["status", "when"],
      Object.values(handshakeRefusals).map(({ status, meaning }) => [status, meaning]),
    ),
    operations: operationNames.map((name) => operationSection(name, used)).join("\n\n"),
    refusal: fieldTable(refusalFields, used),
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

${first === name ? fieldTable(request, used) : `Fields as in ${first}.`}

Answer \`${shape(answerOffset + number, answer)}\`

${first === name ? fieldTable(answer, used) : `Fields as in ${first}.`}`;
}

const noticeSection = (
  name: string,
  { number, purpose, fields }: { number: number; purpose: string; fields: Fields },
  used: Set<string>,
) => `### ${name}: ${number}

${purpose}

\`${shape(number, fields)}\`

${fieldTable(fields, used)}`;

const shape = (number: number, fields: Fields): string =>
  `[${[number, "correlation", ...Object.keys(fields)].join(", ")}]`;

function fieldTable(fields: Fields, used: Set<string>): string {
  return table(["field", "type", "meaning"], fieldRows(fields, "", used));
}

function fieldRows(fields: Fields, path: string, used: Set<string>): string[][] {
  return Object.entries(fields).flatMap(([name, type]) => {
    const meaning = fieldMeanings[name];
    if (meaning === undefined) throw new Error(`the field ${name} has no meaning`);
    used.add(name);
    const inner = innerFields(type);
    const innerPath = `${path}${name}${inner?.isList ? "[]" : ""}.`;
    const row = [`${path}${name}`, type.description, meaning];
    return [row, ...(inner === undefined ? [] : fieldRows(inner.fields, innerPath, used))];
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
