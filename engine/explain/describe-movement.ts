// A movement of money or units in words: how much, from where to where, and why.

import { resultCodeName, resultCodes } from "../protocol/result-codes.ts";
import { amountText, unitsText } from "./amount-text.ts";
import type { BonusExplained, MovementExplained, Named, RefundExplained } from "./explanation.ts";
import type { Line } from "./line.ts";

export const movementLines = (movement: MovementExplained | undefined): readonly Line[] =>
  movement === undefined
    ? []
    : movementTexts(movement).map((text): Line => ({ topic: "movement", text }));

export const refundLines = (refund: RefundExplained | undefined): readonly Line[] =>
  refund === undefined
    ? []
    : refundTexts(refund).map((text): Line => ({ topic: "movement", text }));

const refundTexts = ({ money, units, counted }: RefundExplained): readonly string[] => [
  ...(money.amount === 0
    ? []
    : [`${textOf(money, money.amount)} go back to where they were taken`]),
  ...units.map(({ ratingGroup, amount }) => {
    return `${unitsText(amount, "serviceUnits")} of rating group ${ratingGroup} count as not used`;
  }),
  ...counted.map(({ ofRule, amount, ...named }) => {
    return `${ofRule ? "rule" : "counter"} ${named.id} counts ${textOf(named, amount)} less`;
  }),
];

const movementTexts = (movement: MovementExplained): readonly string[] => {
  const { bucket, amount } = movement;
  switch (movement.kind) {
    case "topUp":
    case "adjust": {
      const where = amount < 0 ? `from ${bucket.id}` : `to ${bucket.id}`;
      const why = movement.reason === "" ? "" : `: ${movement.reason}`;
      const size = textOf(bucket, Math.abs(amount));
      return [
        `${size} ${where}${extensionText(movement)}${why}`,
        ...movement.bonuses.map(bonusText),
      ];
    }
    case "begin": {
      const { fee, to, what } = movement;
      const target = `bucket ${to.bucketId} of account ${to.accountId}`;
      const besides = fee === 0 ? "" : `; its fee is ${textOf(bucket, fee)}`;
      return [`${what} of ${textOf(bucket, amount)} from ${bucket.id} to ${target}${besides}`];
    }
    case "arrival": {
      const { code, from, what } = movement;
      const source = `bucket ${from.bucketId} of account ${from.accountId}`;
      const arrives = `${what} of ${textOf(bucket, amount)} from ${source} to ${bucket.id}`;
      return [`${arrives}, there ${from.requestId}`, ...refusalTexts("it did not arrive", code)];
    }
    case "arrived":
      return [`${textOf(bucket, amount)} of ${bucket.id} have arrived; the transfer is over`];
    case "returned": {
      const back = `${textOf(bucket, amount + movement.fee)} came back to ${bucket.id}`;
      return [back, ...refusalTexts("the transfer could not arrive", movement.code)];
    }
  }
};

const textOf = ({ unit, currency }: Named, amount: number): string =>
  amountText(amount, unit, currency);

const bonusText = (bonus: BonusExplained): string => {
  const { ruleId, tariffId, publication } = bonus;
  const known = ruleId === "" ? "a bonus rule" : `bonus rule ${ruleId} of ${tariffId}`;
  const more = `${textOf(bonus, bonus.amount)} to ${bonus.id}${extensionText(bonus)}`;
  return `besides ${more}, by ${known}, publication ${publication}`;
};

const extensionText = (given: { readonly extendsValiditySeconds: number }): string => {
  const { extendsValiditySeconds: seconds } = given;
  return seconds === 0 ? "" : `, which lasts ${unitsText(seconds, "seconds")} longer`;
};

const refusalTexts = (what: string, code: number): readonly string[] => {
  const name = resultCodeName(code);
  if (name === "SUCCESS") return [];
  return [`${what}: ${code} ${name === undefined ? "" : `${name}: ${resultCodes[name].meaning}`}`];
};
