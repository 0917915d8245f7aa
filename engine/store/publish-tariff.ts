// Publishes a tariff document after it was checked, also against the rate deck that it names: the
// version of the deck that it was checked against is the one there is when it is published.

import { limits } from "../limits.ts";
import type { AnswerOf } from "../protocol/operations.ts";
import { type Refusal, refusal } from "../protocol/result-codes.ts";
import { parseTariff } from "../rating/parse-tariff.ts";
import { err, ok, type Result } from "../values/result.ts";
import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";
import { publicationChannel, type Tariffs } from "./tariffs.ts";

type Outcome = Result<AnswerOf<"publishTariff">, Refusal>;
type Context = { readonly store: Store; readonly tariffs: Tariffs };

/** The same document twice is one publication. */
export const publishTariff = async (context: Context, document: string): Promise<Outcome> => {
  for (let tries = 0; tries < limits.publicationTriesMax; tries++) {
    const outcome = await tryPublish(context, document);
    if (outcome !== undefined) return outcome;
  }
  return err(refusal("TOO_BUSY", "the rate deck keeps changing", limits.retryAfterMs));
};

/** undefined: its rate deck was published anew meanwhile. */
const tryPublish = async (
  { store, tariffs }: Context,
  document: string,
): Promise<Outcome | undefined> => {
  const { rateDecks } = tariffs;
  await tariffs.catchUp();
  const zonesOf = (rateDeckId: string) => {
    const deck = rateDecks.latest(rateDeckId);
    return deck === undefined ? undefined : new Set(deck.record.zoneIds);
  };
  const tariff = parseTariff(document, zonesOf);
  if (!tariff.isOk) return err(refusal("TARIFF_INVALID", tariff.error.join("; ")));
  const { tariffId, rateDeckId = "" } = tariff.value;
  const checkedAgainst = rateDecks.latest(rateDeckId)?.version ?? 0;
  const [tariffVersion, isChanged] = (await store.run(
    "publish-tariff",
    [
      ...[keys.tariffVersion, keys.tariffs, keys.latestTariffs, keys.latestRateDecks],
      keys.journal(0),
    ],
    [tariffId, document, publicationChannel, rateDeckId, String(checkedAgainst)],
  )) as [number, number];
  if (tariffVersion === 0) return undefined;
  await tariffs.reach(tariffVersion);
  return ok({ tariffVersion, isChanged: isChanged === 1 });
};
