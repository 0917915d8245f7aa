// What a movement of money or units was: what was asked, of whom, and why; from the groups of its
// operation (store/movement-bytes.ts) and what was said besides (store/movement.ts).

import type { Profile } from "../balance/profile.ts";
import { isMovementVerb, transferSteps, verbs } from "../cdr/journal-numbers.ts";
import { readTold } from "../cdr/said.ts";
import { resultCodes } from "../protocol/result-codes.ts";
import type { TariffCatalogue } from "../session/price-plan.ts";
import type { AskedEntry, AskedOperation } from "../store/journal-asked.ts";
import type { MovementExplained } from "./explanation.ts";
import { bucketNamed } from "./names.ts";

type World = { readonly profile: Profile; readonly catalogue: TariffCatalogue };

/** Undefined: it is none. Throws where what was said cannot be read. */
export const movementExplained = (
  { profile, catalogue }: World,
  operation: AskedOperation,
): MovementExplained | undefined => {
  const { verb, entries, said } = operation;
  const [first, ...others] = entries;
  if (first === undefined || !isMovementVerb(verb)) return undefined;
  const bucket = bucketNamed(profile, first.ratingGroup);
  const told = readTold(said.serviceInformation);
  if (verb === verbs.topUp || verb === verbs.adjust) {
    return {
      kind: verb === verbs.topUp ? "topUp" : "adjust",
      ...{ bucket, amount: first.used, extendsValiditySeconds: first.validityTime },
      reason: told[0] ?? "",
      bonuses: others.map((entry) => ({
        ...bucketNamed(profile, entry.ratingGroup),
        ...{ amount: entry.used, extendsValiditySeconds: entry.validityTime },
        ...bonusRule(catalogue, entry),
      })),
    };
  }
  if (verb === verbs.transferOut) return stepExplained(first, { bucket, told });
  const [what = "", accountId = "", bucketId = "", requestId = ""] = told;
  const from = { accountId, bucketId, requestId };
  return { kind: "arrival", what, bucket, amount: first.used, from, code: arrivalCode(operation) };
};

/** Empty where the publication, or a rule at that place of it, is not known. */
const bonusRule = (catalogue: TariffCatalogue, { publication, wanted: place }: AskedEntry) => {
  for (const versions of catalogue.values()) {
    const found = versions.find(({ version }) => version === publication);
    if (found === undefined) continue;
    const { tariffId, bonusRules } = found.tariff;
    return { publication, tariffId, ruleId: bonusRules[place]?.ruleId ?? "" };
  }
  return { publication, tariffId: "", ruleId: "" };
};

type Known = Pick<MovementExplained, "bucket"> & { readonly told: readonly string[] };

/** At the source: the debit, or the end of what arrived or came back. */
const stepExplained = (
  { used: amount, wanted: fee, validityTime: step, change }: AskedEntry,
  { bucket, told }: Known,
): MovementExplained => {
  if (step === transferSteps.begins) {
    const [what = "", , accountId = "", bucketId = ""] = told;
    return { kind: "begin", what, bucket, amount, fee, to: { accountId, bucketId } };
  }
  if (step === transferSteps.arrived) return { kind: "arrived", bucket, amount, fee };
  return { kind: "returned", bucket, amount, fee, code: change };
};

/** What came of it, as Lua answered. */
const arrivalCode = ({ answer, code }: AskedOperation): number =>
  code === resultCodes.SUCCESS.number ? answer.readUInt16LE(0) : code;
