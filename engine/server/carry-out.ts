// putAccount and publishTariff: rare, several steps long, and no part of a batch.

import { limits } from "../limits.ts";
import { refusal } from "../protocol/result-codes.ts";
import { parseTariff } from "../rating/parse-tariff.ts";
import type { Store } from "../store/connection.ts";
import { accountPrefix, type Profiles } from "../store/profiles.ts";
import { putAccount } from "../store/put-account.ts";
import { faultOf } from "../store/store-fault.ts";
import type { Tariffs } from "../store/tariffs.ts";
import type { Administration, Asker, Request } from "./asker.ts";

type Context = {
  readonly store: Store;
  readonly profiles: Profiles;
  readonly tariffs: Tariffs;
  readonly shards: readonly unknown[];
  readonly now: () => number;
  readonly onFault: (error: unknown, operations: number) => void;
};
type PutAccount = Administration & { readonly operation: "putAccount" };
type PublishTariff = Administration & { readonly operation: "publishTariff" };

export const isAdministration = (request: Request): request is Administration =>
  request.operation === "putAccount" || request.operation === "publishTariff";

/** Always answers; both may be sent again, they are idempotent by nature. */
export const carryOut = async (context: Context, request: Administration, asker: Asker) => {
  try {
    if (request.operation === "putAccount") await put(context, request, asker);
    else await publish(context, request as PublishTariff, asker);
  } catch (error) {
    context.onFault(error, 1);
    const code = faultOf(error) === "outOfMemory" ? "STORE_FULL" : "OUTCOME_UNKNOWN";
    asker.refuseRequest(request, refusal(code, "", limits.retryAfterMs));
  }
};

const put = async (context: Context, request: PutAccount, asker: Asker) => {
  const { store, profiles, shards, now } = context;
  const outcome = await putAccount(
    { store, profiles, shards: shards.length, now },
    request.request,
  );
  if (!outcome.isOk) return asker.refuseRequest(request, outcome.error);
  profiles.forget(accountPrefix + request.request.accountId);
  request.request.subscriberIdentifiers.forEach(profiles.forget);
  asker.answer<"putAccount">(request, outcome.value);
};

const publish = async ({ tariffs }: Context, request: PublishTariff, asker: Asker) => {
  const { document } = request.request;
  const tariff = parseTariff(document);
  if (!tariff.isOk) {
    return asker.refuseRequest(request, refusal("TARIFF_INVALID", tariff.error.join("; ")));
  }
  asker.answer<"publishTariff">(request, await tariffs.publish(tariff.value.tariffId, document));
};
