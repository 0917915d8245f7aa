// The flags of `npm run tariff -- price`: how much is used, of which rating group, when, and what
// the network says of it.

import { parseArgs } from "node:util";
import { numberOfAddress } from "../../engine/rating/phone-number.ts";
import type { PriceContext } from "../../engine/rating/price-context.ts";
import { parseInstant } from "../../engine/values/instant.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { flagMistake } from "../terminal-text.ts";
import { wholeNumber } from "../whole-number.ts";

export type Use = {
  readonly ratingGroup: number;
  readonly units: number;
  /** By the counter of the tiers, before this use. */
  readonly countedUnits: number;
  /** ms since 1970. */
  readonly at: number;
  readonly context: PriceContext;
};

export type UseOptions = {
  readonly file: string;
  readonly deck: string | undefined;
  readonly use: Use;
};

const text = { type: "string" } as const;
const options = {
  ...{ group: text, units: text, counted: text, at: text, deck: text },
  ...{ to: text, from: text, network: text, rat: text, slice: text, dnn: text },
  ...{ service: text, qos: text },
};

/** Two such numbers add up to an amount. */
const unitsMax = 2 ** 52;
/** Time bands are looked for a year ahead, in years of four digits. */
const atEnd = Date.UTC(3000, 0);

export const readUseOptions = (
  words: readonly string[],
  now: number,
): Result<UseOptions, string> => {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options,
      allowPositionals: true,
    });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) return err("price: one document");
    const ratingGroup = wholeNumber(values.group, 0, 0xffff_ffff);
    if (ratingGroup === undefined) return err("--group: the rating group, a number");
    const units = wholeNumber(values.units, 1, unitsMax);
    if (units === undefined) return err(`--units: how many, from 1 to ${unitsMax}`);
    const countedUnits = wholeNumber(values.counted ?? "0", 0, unitsMax);
    if (countedUnits === undefined) return err(`--counted: from 0 to ${unitsMax}`);
    const at = values.at === undefined ? now : parseInstant(values.at);
    if (at === undefined || at < 0 || at >= atEnd) {
      return err("--at: a moment such as 2026-12-24T18:00:00+01:00, from 1970 to 2999");
    }
    const context: PriceContext = {
      calledNumber: values.to === undefined ? undefined : numberOfAddress(values.to),
      callingNumber: values.from === undefined ? undefined : numberOfAddress(values.from),
      servingNetwork: values.network,
      ...{ ratType: values.rat, slice: values.slice, dnn: values.dnn },
      ...{ serviceId: values.service, qos: values.qos },
    };
    return ok({ file, deck: values.deck, use: { ratingGroup, units, countedUnits, at, context } });
  } catch (error) {
    return err(flagMistake(error));
  }
};
