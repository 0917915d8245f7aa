// The methods of the client library over an engine without sockets, whose clock a test moves.

import type { Client } from "../../engine/protocol/client/client.ts";
import { readServerMessage } from "../../engine/protocol/messages.ts";
import { type OperationName, operationNames } from "../../engine/protocol/operations.ts";
import { decodeFrame } from "../../engine/protocol/wire.ts";
import type { AnyRequest, DirectEngine } from "../../engine/simulation/direct-engine.ts";
import { err, ok } from "../../engine/values/result.ts";

export type DirectClient = Pick<Client, OperationName>;

export const directClient = (engine: DirectEngine): DirectClient => {
  const call = async (asked: AnyRequest) => {
    const [completion] = await engine.handle([asked]);
    const frame = decodeFrame(completion!.octets);
    const message = readServerMessage(frame.isOk ? frame.value[0] : undefined);
    if (message.kind === "answer") return ok(message.answer);
    if (message.kind === "refusal") return err(message.refusal);
    throw new Error(`no answer: ${JSON.stringify(message)}`);
  };
  const methods = operationNames.map((operation) => [
    operation,
    (request: unknown) => call({ operation, request } as AnyRequest),
  ]);
  return Object.fromEntries(methods) as DirectClient;
};
