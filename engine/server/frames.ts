// Frames in, frames out. Each message of a frame goes to the dispatch on its own; answers of one
// tick leave in one frame per connection. A peer that keeps sending garbage, or asks for more than
// it may have under way, hears so with a number.

import { limits } from "../limits.ts";
import { metrics } from "../metrics.ts";
import { closeCodes } from "../protocol/close-codes.ts";
import {
  answerMessage,
  noticeMessage,
  pushMessage,
  readRequest,
  refusalMessage,
  type WireMessage,
} from "../protocol/messages.ts";
import {
  type GivenAnswerOf,
  operationNames,
  operations,
  type Role,
} from "../protocol/operations.ts";
import { type Refusal, type ResultCode, refusal, resultCodes } from "../protocol/result-codes.ts";
import { decodeFrame, encodeFrames } from "../protocol/wire.ts";
import type { Task } from "../store/task.ts";
import { answerOf } from "./answer-of.ts";
import type { AdministrationName, Asker, Request } from "./asker.ts";
import type { Connection, Handlers } from "./connection.ts";
import type { Dispatch } from "./dispatch.ts";
import type { Pushing, PushTarget } from "./pushing.ts";

/** The dispatcher's side of a connection. */
export type Peering = Asker &
  PushTarget & { readonly notify: (code: ResultCode, detail: string) => void };

const operationIndexes = Object.fromEntries(
  operationNames.map((name, index) => [name, index]),
) as Record<(typeof operationNames)[number], number>;
const success = resultCodes.SUCCESS.number;
const isAllowed = (role: Role, { operation }: Request): boolean =>
  (operations[operation].roles as readonly Role[]).includes(role);

export type Frames = Handlers<Peering> & {
  readonly connections: ReadonlySet<Connection<Peering>>;
};

export const createFrames = (
  dispatch: Dispatch,
  pushing: Pick<Pushing, "join" | "leave">,
): Frames => {
  const connections = new Set<Connection<Peering>>();
  return {
    connections,
    onOpen: (connection) => {
      const peering = createPeering(connection, dispatch);
      connection.attachment = peering;
      connections.add(connection);
      pushing.join(connection.peer, peering);
    },
    onFrame: (connection, frame) => {
      (connection.attachment as OpenPeering).receive(frame);
    },
    onClose: (connection) => {
      connections.delete(connection);
      pushing.leave(connection.attachment!);
    },
  };
};

type OpenPeering = Peering & { receive(frame: Uint8Array): void };

/** What is posted within a tick leaves in one frame at its end. */
const createOutbox = (connection: Connection<Peering>) => {
  let outbox: WireMessage[] = [];
  const flush = () => {
    const messages = outbox;
    outbox = [];
    encodeFrames(messages, (frame) => {
      metrics.countFrameSent();
      connection.send(frame);
    });
  };
  const post = (message: WireMessage) => {
    if (outbox.push(message) === 1) queueMicrotask(flush);
  };
  return { post, flush };
};

const createPeering = (connection: Connection<Peering>, dispatch: Dispatch): OpenPeering => {
  const { role } = connection.peer;
  const { post, flush } = createOutbox(connection);
  let inFlight = 0;
  let garbage = 0;

  const receive = (frame: Uint8Array) => {
    metrics.countFrameReceived();
    const messages = decodeFrame(frame);
    if (!messages.isOk) return receiveGarbage(messages.error);
    for (const message of messages.value) {
      // Closed by what came before: no answer could leave any more.
      if (garbage >= limits.garbageFramesPerConnectionMax) return;
      const request = readRequest(message);
      if (request.operation !== undefined) receiveRequest(request);
      else if (request.correlation === 0) receiveGarbage(request.refusal);
      else post(refusalMessage(request.correlation, request.refusal));
    }
  };

  const receiveRequest = (request: Request) => {
    inFlight++;
    if (!isAllowed(role, request)) {
      const detail = `${request.operation} is not for the role ${role}`;
      peering.refuseRequest(request, refusal("AUTHORIZATION_REJECTED", detail));
    } else if (inFlight > limits.operationsInFlightPerConnectionMax) {
      const detail = `${limits.operationsInFlightPerConnectionMax} operations are under way here`;
      peering.refuseRequest(request, refusal("TOO_BUSY", detail, limits.retryAfterMs));
    } else {
      dispatch.handle(request, peering);
    }
  };

  const receiveGarbage = ({ code, detail }: Refusal) => {
    metrics.countGarbageFrame();
    post(noticeMessage(code, detail));
    if (++garbage < limits.garbageFramesPerConnectionMax) return;
    flush();
    connection.close(closeCodes.GARBAGE.number, `${garbage} frames could not be read: ${detail}`);
  };

  const finish = (operation: Request["operation"], code: number, message: WireMessage) => {
    inFlight--;
    metrics.countResult(operationIndexes[operation], code);
    post(message);
  };

  const peering: OpenPeering = {
    peer: 0,
    receive,
    notify: (code, detail) => post(noticeMessage(code, detail)),
    push: (kind, notice) => post(pushMessage(kind, notice)),
    succeed: (task: Task, bytes: Buffer) => {
      metrics.observeLatency(performance.now() - task.arrivedAt);
      finish(task.operation, success, answerOf(task, bytes, dispatch.ratingGroup));
    },
    refuse: (task: Task, refused: Refusal) => {
      metrics.observeLatency(performance.now() - task.arrivedAt);
      const number = resultCodes[refused.code].number;
      finish(task.operation, number, refusalMessage(task.correlation, refused));
    },
    answer: <N extends AdministrationName>(request: Request, answer: GivenAnswerOf<N>) => {
      const message = answerMessage(request.operation as N, request.correlation, answer);
      finish(request.operation, success, message);
    },
    refuseRequest: (request: Request, refused: Refusal) => {
      const number = resultCodes[refused.code].number;
      finish(request.operation, number, refusalMessage(request.correlation, refused));
    },
  };
  return peering;
};
