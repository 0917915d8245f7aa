// Messages out of wire arrays and back, for both sides, driven by the table. What arrives is
// unknown until a reader has checked it; what leaves is typed. Readers stand in a plain array by
// operation number and every message of a kind has the same hidden class, because this is the hot
// path.

import * as f from "./fields.ts";
import { withoutUnknownFields } from "./newer-peer.ts";
import {
  type AnswerOf,
  answerOffset,
  type CheckedRequestOf,
  type GivenAnswerOf,
  type Notice,
  type NoticeKind,
  notices,
  type OperationName,
  operationNames,
  operations,
  type PushOf,
  type RequestOf,
  refusalFields,
  refusalNumber,
} from "./operations.ts";
import {
  type Refusal,
  type ResultCode,
  refusal,
  resultCodeName,
  resultCodes,
} from "./result-codes.ts";

/** A message as MessagePack sees it: `[number, correlation, …fields]`. */
export type WireMessage = readonly unknown[];

/** What a server makes of a message; `refusal` tells the two apart. */
export type ReadRequest =
  | {
      [N in OperationName]: {
        readonly operation: N;
        readonly correlation: number;
        readonly request: CheckedRequestOf<N>;
        /** As it came, for `fingerprint`. */
        readonly wire: WireMessage;
        readonly refusal: undefined;
      };
    }[OperationName]
  | RefusedRequest;
export type RefusedRequest = {
  readonly operation: undefined;
  /** 0 when it could not be read: then the refusal leaves as a notice. */
  readonly correlation: number;
  readonly request: undefined;
  readonly wire: undefined;
  readonly refusal: Refusal;
};

/** What a client makes of a message. */
export type ServerMessage =
  | {
      [N in OperationName]: {
        readonly kind: "answer";
        readonly operation: N;
        readonly correlation: number;
        readonly answer: AnswerOf<N>;
      };
    }[OperationName]
  | { readonly kind: "refusal"; readonly correlation: number; readonly refusal: Refusal }
  | { readonly kind: "notice"; readonly correlation: 0; readonly notice: Notice }
  | {
      [N in NoticeKind]: {
        readonly kind: N;
        readonly correlation: 0;
        readonly notice: PushOf<N>;
      };
    }[NoticeKind]
  | { readonly kind: "unreadable"; readonly correlation: number; readonly detail: string };

type Codec<N extends OperationName = OperationName> = {
  readonly operation: N;
  readonly request: f.AnyField;
  readonly answer: f.AnyField;
  readonly writeRequest: (number: number, correlation: number, request: unknown) => WireMessage;
  readonly writeAnswer: (number: number, correlation: number, answer: unknown) => WireMessage;
};

const codecs: (Codec | undefined)[] = new Array(refusalNumber).fill(undefined);
for (const operation of operationNames) {
  const { number, request, answer } = operations[operation];
  codecs[number] = {
    operation,
    request: f.struct(request as f.Fields, 2),
    answer: f.struct(answer as f.Fields, 2),
    writeRequest: f.messageEncoder(request),
    writeAnswer: f.messageEncoder(answer),
  };
}
const refusalType = f.struct(refusalFields, 2);
const noticeTypes = new Map(
  Object.entries(notices).map(([kind, { number, fields }]) => [
    number as number,
    { kind, type: f.struct(fields as f.Fields, 2) },
  ]),
);
const pushWriters = {
  reauthorize: f.messageEncoder(notices.reauthorize.fields),
  abort: f.messageEncoder(notices.abort.fields),
};

/** Never throws, whatever `wire` is. */
export function readRequest(wire: unknown): ReadRequest {
  if (!Array.isArray(wire)) return refused(0, "MALFORMED_MESSAGE", "not an array");
  const correlation = f.uint32.decode(wire[1]);
  if (correlation === undefined || correlation === 0)
    return refused(0, "MALFORMED_MESSAGE", f.uint32.explain(wire[1], "correlation (from 1)"));
  const number: unknown = wire[0];
  if (typeof number !== "number")
    return refused(correlation, "MALFORMED_MESSAGE", f.uint32.explain(number, "operation"));
  const codec = codecs[number];
  if (codec === undefined) return refused(correlation, "UNKNOWN_OPERATION", `operation ${number}`);
  const request = codec.request.decode(wire);
  if (request === undefined)
    return refused(correlation, "INVALID_VALUE", codec.request.explain(wire, codec.operation));
  return {
    operation: codec.operation,
    correlation,
    request,
    wire,
    refusal: undefined,
  } as ReadRequest;
}

const refused = (correlation: number, code: ResultCode, detail: string): RefusedRequest => ({
  operation: undefined,
  correlation,
  request: undefined,
  wire: undefined,
  refusal: refusal(code, detail),
});

/** `request` is believed to fit; `readRequest` on the result tells where it does not. */
export function requestMessage<N extends OperationName>(
  operation: N,
  correlation: number,
  request: RequestOf<N>,
): WireMessage {
  const { number } = operations[operation];
  return (codecs[number] as Codec).writeRequest(number, correlation, request);
}

export function answerMessage<N extends OperationName>(
  operation: N,
  correlation: number,
  answer: GivenAnswerOf<N>,
): WireMessage {
  const { number } = operations[operation];
  return (codecs[number] as Codec).writeAnswer(answerOffset + number, correlation, answer);
}

export const refusalMessage = (correlation: number, { code, detail, retryAfterMs }: Refusal) =>
  [refusalNumber, correlation, resultCodes[code].number, f.toDetail(detail), retryAfterMs] as const;

export const noticeMessage = (code: ResultCode, detail: string) =>
  [notices.notice.number, 0, resultCodes[code].number, f.toDetail(detail)] as const;

export const pushMessage = <N extends NoticeKind>(kind: N, push: PushOf<N>): WireMessage =>
  pushWriters[kind](notices[kind].number, 0, push);

/** Never throws. Elements that a newer server adds at the end of an array are left out. */
export function readServerMessage(wire: unknown): ServerMessage {
  if (!Array.isArray(wire) || typeof wire[0] !== "number") return unreadable(0, "not a message");
  const number: number = wire[0];
  const correlation = f.uint32.decode(wire[1]);
  if (correlation === undefined) return unreadable(0, `message ${number}: no correlation`);
  if (number === refusalNumber) return readRefusal(correlation, wire);
  const known = noticeTypes.get(number);
  if (known !== undefined) {
    const notice = decodeOpenly(known.type, wire);
    if (notice === undefined) return unreadable(0, known.kind);
    return { kind: known.kind, correlation: 0, notice } as ServerMessage;
  }
  const codec = codecs[number - answerOffset];
  if (codec === undefined) return unreadable(correlation, `unknown message ${number}`);
  const answer = decodeOpenly(codec.answer, wire);
  if (answer === undefined)
    return unreadable(correlation, codec.answer.explain(wire, codec.operation));
  return { kind: "answer", operation: codec.operation, correlation, answer } as ServerMessage;
}

function readRefusal(correlation: number, wire: readonly unknown[]): ServerMessage {
  const fields = decodeOpenly(refusalType, wire);
  if (fields === undefined) return unreadable(correlation, "refusal");
  const { resultCode, detail, retryAfterMs } = fields;
  const code = resultCodeName(resultCode);
  return {
    kind: "refusal",
    correlation,
    refusal:
      code === undefined
        ? refusal("UNABLE_TO_COMPLY", `result code ${resultCode} of a newer server: ${detail}`)
        : refusal(code, detail, retryAfterMs),
  };
}

const unreadable = (correlation: number, detail: string): ServerMessage => ({
  kind: "unreadable",
  correlation,
  detail,
});

const decodeOpenly = <T>(type: f.FieldType<T>, wire: readonly unknown[]): T | undefined =>
  type.decode(wire) ?? type.decode(withoutUnknownFields(type, wire, 2));
