// `npm run tariff -- list` and `show`: what was published, and a document as it was published, so
// that it can be looked at, compared, and published again.

import type { TariffVersion } from "../../engine/rating/tariff.ts";
import { exitCodes } from "../exit-codes.ts";
import { alignColumns } from "../supervisor/terminal.ts";
import { complain, print } from "../terminal-text.ts";
import { listText } from "./list-text.ts";
import { localMoment } from "./local-moment.ts";
import { type PublishedDocument, readPublished } from "./published-tariffs.ts";
import { endOf } from "./take-over.ts";

/** The exit code. */
export const listPublished = async (words: readonly string[]): Promise<number> => {
  const [tariffId, ...others] = words;
  if (tariffId?.startsWith("-") === true || others.length > 0) {
    complain("tariff", "list which tariff, if not all? npm run tariff -- list [TARIFF]");
    return exitCodes.usage;
  }
  const published = await readPublished();
  if (!published.isOk) return fail(published.error);
  const some = published.value.filter(
    ({ tariff }) => (tariffId ?? tariff.tariffId) === tariff.tariffId,
  );
  if (some.length === 0) {
    return fail(tariffId === undefined ? "nothing is published" : `${tariffId} is not published`);
  }
  print(alignColumns([heads, ...some.map((one) => rowOf(one, some))]));
  return exitCodes.good;
};

/** The exit code. */
export const showPublished = async (words: readonly string[]): Promise<number> => {
  const [version = "", ...others] = words;
  if (!/^[1-9][0-9]{0,9}$/.test(version) || others.length > 0) {
    complain(
      "tariff",
      "show which version? npm run tariff -- show VERSION, of npm run tariff -- list",
    );
    return exitCodes.usage;
  }
  const published = await readPublished();
  if (!published.isOk) return fail(published.error);
  const found = published.value.find((one) => one.version === Number(version));
  if (found === undefined) return fail(`no tariff was published as version ${version}`);
  process.stdout.write(`${found.document.trimEnd()}\n`);
  return exitCodes.good;
};

const fail = (reason: string): number => {
  complain("tariff", reason);
  return exitCodes.failed;
};

const heads = ["version", "tariff", "currency", "from", "until", "rating groups"] as const;

const rowOf = ({ tariff, version }: PublishedDocument, all: readonly TariffVersion[]) => {
  const { currency, effectiveFrom, ratingGroups, tariffId, timeZone } = tariff;
  const end = endOf({ version, tariff }, all);
  const until = end === undefined ? "" : localMoment(timeZone, end);
  const from = end === effectiveFrom ? "never" : localMoment(timeZone, effectiveFrom);
  return [
    String(version),
    tariffId,
    currency,
    from,
    until,
    listText([...ratingGroups.keys()].map(String)),
  ];
};
