// Makes an upload the rate deck that tariffs name. It is checked whole, with every tariff that
// names it and can still hold, and it is published only if nothing was published or uploaded since:
// at one moment, from one version on, for all of these tariffs together.

import { limits } from "../limits.ts";
import type { AnswerOf, CheckedRequestOf } from "../protocol/operations.ts";
import { type Refusal, refusal } from "../protocol/result-codes.ts";
import { err, ok, type Result } from "../values/result.ts";
import { checkTariffsOfDeck } from "./check-tariffs-of-deck.ts";
import { type CompiledParts, compileParts } from "./compile-rate-deck.ts";
import type { Store } from "./connection.ts";
import { keys } from "./keys.ts";
import { type RateDeckRecord, writeRateDeckRecord } from "./rate-deck-record.ts";
import {
  problemOfParts,
  readUpload,
  readUploadState,
  type UploadState,
} from "./rate-deck-upload.ts";
import type { PublishedRateDeck } from "./rate-decks.ts";
import { publicationChannel, type Tariffs } from "./tariffs.ts";

type Request = CheckedRequestOf<"publishRateDeck">;
type Outcome = Result<AnswerOf<"publishRateDeck">, Refusal>;
type Context = { readonly store: Store; readonly tariffs: Tariffs; readonly now: () => number };
type Checked = { readonly upload: UploadState; readonly compiled: CompiledParts };

/** The deck that is there already is no publication. */
export const publishRateDeck = async (context: Context, request: Request): Promise<Outcome> => {
  let checked: Checked | undefined;
  for (let tries = 0; tries < limits.publicationTriesMax; tries++) {
    const seen = await context.tariffs.catchUp();
    const latest = context.tariffs.rateDecks.latest(request.rateDeckId);
    const upload = await readUploadState(context.store, request);
    const isRepeated = upload.changes === undefined && latest?.record.uploadId === request.uploadId;
    if (isRepeated) return ok(answerOf(latest, false));
    if (checked?.upload.changes !== upload.changes || checked === undefined) {
      const outcome = await check(context.store, request, upload);
      if (!outcome.isOk) return err(refusal("RATE_DECK_INVALID", outcome.error));
      checked = { upload, compiled: outcome.value };
    }
    const outcome = await tryPublish(context, request, { checked, latest, seen });
    if (outcome !== undefined) return outcome;
  }
  return err(refusal("TOO_BUSY", "others are publishing", limits.retryAfterMs));
};

const check = async (
  store: Store,
  request: Request,
  upload: UploadState,
): Promise<Result<CompiledParts, string>> => {
  const problem = problemOfParts(upload, request.parts);
  if (problem !== undefined) return err(problem);
  return compileParts(request.rateDeckId, readUpload(store, request, request.parts));
};

type Situation = {
  readonly checked: Checked;
  readonly latest: PublishedRateDeck | undefined;
  /** Everything up to this version was looked at. */
  readonly seen: number;
};

/** undefined: something was published or uploaded meanwhile. */
const tryPublish = async (
  { store, tariffs, now }: Context,
  { rateDeckId, uploadId, parts }: Request,
  { checked, latest, seen }: Situation,
): Promise<Outcome | undefined> => {
  const { upload, compiled } = checked;
  const { deck, content } = compiled;
  const { rowCount: rows, zoneIds } = deck;
  if (latest?.record.content === content) return ok(answerOf(latest, false));
  const problems = await checkTariffsOfDeck({ store, tariffs, now }, rateDeckId, zoneIds);
  if (problems !== undefined) return err(refusal("RATE_DECK_INVALID", problems));
  const deckVersion = (latest?.record.deckVersion ?? 0) + 1;
  const record: RateDeckRecord = {
    ...{ rateDeckId, deckVersion, content, parts, rows, uploadId, zoneIds },
  };
  // Compiled already: this engine need not do it again.
  tariffs.rateDecks.keep(content, deck);
  const names = [keys.tariffVersion, keys.rateDecks, keys.latestRateDecks];
  const [version, isPublished] = (await store.run(
    "publish-rate-deck",
    [...names, keys.upload(rateDeckId, uploadId), keys.rateDeck(content), keys.journal(0)],
    [
      ...[rateDeckId, writeRateDeckRecord(record), publicationChannel],
      ...[String(seen), upload.changes ?? ""],
    ],
  )) as [number, number];
  if (isPublished === 0) return undefined;
  await tariffs.reach(version);
  return ok(answerOf({ version, record }, true));
};

const answerOf = (
  { version, record: { deckVersion, rows } }: PublishedRateDeck,
  isChanged: boolean,
): AnswerOf<"publishRateDeck"> => ({ deckVersion, rows, isChanged, tariffVersion: version });
