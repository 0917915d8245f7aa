// Writes what a batch was asked besides numbers (cdr/said.ts has the layout), kept by the journal
// for whoever wants to know years later why something cost what it cost; Lua only passes it on.

import { saidMarks } from "../cdr/said.ts";
import { type Information, informationFields } from "../cdr/service-information.ts";
import { saidOf } from "./movement.ts";
import { placeOf } from "./profiles.ts";
import type { Task } from "./task.ts";

const { hasMoments, itself } = saidMarks;

/** Written anew for each batch; what of it is needed is copied out. */
let scratch = Buffer.allocUnsafeSlow(16_384);
const headLength = 7;

export const writeSaid = (tasks: readonly Task[], now: number): Buffer => {
  let at = 0;
  for (let i = 0; i < tasks.length; i++) {
    const task = tasks[i]!;
    const moments = countMoments(task);
    const most = at + headLength + informationLengthMax + 1 + 4 * moments;
    if (most > scratch.length) grow(most);
    at = writeOne(at, task, now, moments);
  }
  const bytes = Buffer.allocUnsafe(at);
  scratch.copy(bytes, 0, 0, at);
  return bytes;
};

/** An identifier is no longer than its length says. */
const informationLengthMax = 256 * informationFields.length;

const grow = (length: number): void => {
  const larger = Buffer.allocUnsafeSlow(2 * length);
  scratch.copy(larger);
  scratch = larger;
};

/** Uses that are told with the moment up to which they were, each an entry of its own. */
const countMoments = ({ usage }: Task): number => {
  let moments = 0;
  for (let i = 0; i < usage.length; i++) moments += usage[i]!.usedBefore?.length ?? 0;
  return moments;
};

const writeOne = (from: number, task: Task, now: number, moments: number): number => {
  const { account, eventTimestamp, identifier, movement, serviceInformation } = task;
  const { refundedRequestId } = task;
  const place = placeOf(account!, identifier);
  let at = scratch.writeInt32LE(eventTimestamp - now, from);
  at = scratch.writeUInt8((place === -1 ? itself : place) + (moments > 0 ? hasMoments : 0), at);
  const informationAt = at + 2;
  at = informationAt;
  if (serviceInformation !== null) at = writeInformation(informationAt, serviceInformation);
  if (movement !== undefined) at = writeTexts(informationAt, saidOf(movement));
  else if (refundedRequestId !== "") at = writeTexts(informationAt, [refundedRequestId]);
  scratch.writeUInt16LE(at - informationAt, informationAt - 2);
  return moments === 0 ? at : writeMoments(at, task, now, moments);
};

/** In the order of `informationFields`, by name: a look-up by a variable costs several times as
 * much. */
const writeInformation = (from: number, said: Information): number => {
  let at = writeField(from, said.calledPartyAddress);
  at = writeField(at, said.servingNetwork);
  at = writeField(at, said.callingPartyAddress);
  at = writeField(at, said.ratType);
  at = writeField(at, said.singleNssai);
  at = writeField(at, said.dataNetworkName);
  at = writeField(at, said.serviceIdentifier);
  return writeField(at, said.qosClass);
};

/** By the octet: these are short, and a call of Buffer's would cost more. */
const writeField = (from: number, text: string | null): number => {
  const length = text === null ? 0 : text.length;
  scratch[from] = length;
  for (let k = 0; k < length; k++) scratch[from + 1 + k] = text!.charCodeAt(k);
  return from + 1 + length;
};

const writeTexts = (from: number, texts: readonly string[]): number => {
  let at = from;
  for (const text of texts) {
    at = scratch.writeUInt8(text.length, at);
    at += scratch.write(text, at, "latin1");
  }
  return at;
};

const writeMoments = (from: number, { usage }: Task, now: number, moments: number): number => {
  let at = scratch.writeUInt8(moments, from);
  for (const { usedBefore = [] } of usage) {
    for (const { until } of usedBefore) at = scratch.writeInt32LE(until - now, at);
  }
  return at;
};
