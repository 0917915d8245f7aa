// A phone and the network element that speaks for it: sessions of one rating group, through the
// client library.

import type { Client } from "../../engine/protocol/client/client.ts";
import type { AnswerOf, RequestOf } from "../../engine/protocol/operations.ts";
import { resultCodeName } from "../../engine/protocol/result-codes.ts";
import { answered } from "./subscribers.ts";

type Message = RequestOf<"update">;
type Information = NonNullable<Message["serviceInformation"]>;

/** What the network says of each use. */
export type Said = Partial<Information> & {
  /** It tells use before and after a change of the tariff apart. */
  readonly tellsApart?: boolean;
};

/** What came back, in the words of a story. */
export type Grant = {
  readonly units: number;
  /** SUCCESS, or why there are none. */
  readonly code: string;
  readonly isFinal: boolean;
  readonly seconds: number;
  /** ms since 1970; 0: the price stays. */
  readonly priceChangesAt: number;
  /** Of this message, in micros. */
  readonly cost: number;
};

type Report = {
  /** 0: the engine chooses. */
  readonly wants?: number;
  readonly before?: { readonly used: number; readonly until: number };
};

export type PhoneSession = {
  /** The answer to what it said last. */
  readonly grant: () => Grant;
  report(used: number, report?: Report): Promise<Grant>;
  /** Returns what the whole session cost. */
  end(used?: number, report?: Pick<Report, "before">): Promise<number>;
};

export type Phone = { begin(ratingGroup: number, wants?: number): Promise<PhoneSession> };

let sessionsBegun = 0;

export const phoneOf = (
  network: Client,
  clock: { readonly now: number },
  subscriberIdentifier: string,
  { tellsApart = false, ...said }: Said,
): Phone => ({
  begin: async (ratingGroup, wants = 0) => {
    const sessionId = `session-${++sessionsBegun}`;
    let [sequence, total] = [0, 0];
    const messageOf = (requested: number | null, used: number | null, { before }: Report) => ({
      ...{ sessionId, sequence: sequence++, subscriberIdentifier, eventTimestamp: clock.now },
      multipleUnitUsage: [
        {
          ...{ ratingGroup, requestedUnit: requested, usedUnit: used },
          usedBefore: before === undefined ? [] : [{ usedUnit: before.used, until: before.until }],
        },
      ],
      serviceInformation: { calledPartyAddress: null, servingNetwork: null, ...said },
      isTariffTimeChangeSupported: tellsApart,
    });
    const heard = (answer: AnswerOf<"update">): Grant => {
      total += answer.cost;
      return grantOf(answer);
    };
    let grant = heard(answered(await network.initiate(messageOf(wants, null, {}))));
    return {
      grant: () => grant,
      report: async (used, report = {}) => {
        const message = messageOf(report.wants ?? 0, used, report);
        grant = heard(answered(await network.update(message)));
        return grant;
      },
      end: async (used = 0, report = {}) => {
        heard(answered(await network.terminate(messageOf(null, used, report))));
        return total;
      },
    };
  },
});

const grantOf = ({ cost, multipleUnitInformation: [told] }: AnswerOf<"update">): Grant => ({
  units: told!.grantedUnit,
  code: resultCodeName(told!.resultCode) ?? String(told!.resultCode),
  isFinal: told!.finalUnitIndication,
  seconds: told!.validityTime,
  priceChangesAt: told!.tariffTimeChange,
  cost,
});
