// What was published of tariffs, out of the Redis that the environment names: documents as they
// came, by version.

import type { CompiledTariff } from "../../engine/rating/compiled-tariff.ts";
import { parseTariff } from "../../engine/rating/parse-tariff.ts";
import type { TariffVersion } from "../../engine/rating/tariff.ts";
import { keys } from "../../engine/store/keys.ts";
import { err, ok, type Result } from "../../engine/values/result.ts";
import { askStore } from "../ask-store.ts";

export type PublishedDocument = TariffVersion<CompiledTariff> & { readonly document: string };

/** In order of publication. */
export const readPublished = (): Promise<Result<readonly PublishedDocument[], string>> =>
  askStore(async (store) => {
    const fields = (await store.call("HGETALL", keys.tariffs)) as readonly Buffer[];
    const published: PublishedDocument[] = [];
    for (let i = 0; i < fields.length; i += 2) {
      const version = Number(fields[i]);
      const document = fields[i + 1]!.toString("utf8");
      const tariff = parseTariff(document);
      if (!tariff.isOk) return err(`published tariff ${version} cannot be read`);
      published.push({ version, tariff: tariff.value, document });
    }
    return ok(published.sort((one, other) => one.version - other.version));
  });
