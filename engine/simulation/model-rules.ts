// The naive model's rules: what each has counted in its window, whether it is hit, and whether that
// refuses anything. It knows the one zone that the programs of the tests call.

import type { ModelAccount, ModelRule, PutAccount } from "./model-account.ts";

type Rule = PutAccount["rules"][number];

/** What a message or an event tells rules, and what it has come to. */
export type Told = {
  readonly now: number;
  /** As the network names it; null: it does not. */
  readonly servingNetwork: string | null;
  /** After the message; 0: nobody opens or goes on. */
  readonly sessions: number;
  /** In the account's currency. */
  readonly spent: bigint;
  readonly spentThere: bigint;
};

export const isThere = (calledPartyAddress: string | null): boolean =>
  calledPartyAddress?.startsWith("+44") ?? false;

/** By what it is and with which numbers: a changed one begins anew. */
export const ruleName = (rule: Rule): string => {
  const { ruleId, mode, ...rest } = rule;
  const { spendRate, simultaneousSessions, impossibleTravel, destinationShare: share } = rest;
  const numbers = [
    ...Object.values(spendRate ?? {}),
    ...(share === null ? [] : [share.sharePercentMax, share.spentMin]),
    ...Object.values(simultaneousSessions ?? {}),
    ...Object.values(impossibleTravel ?? {}),
  ];
  const kind = Object.entries(rest).find(([, part]) => typeof part === "object" && part !== null);
  return [ruleId, kind![0], rule.windowSeconds, ...numbers].join(" ");
};

export const ruleStateNames = (rule: Rule): string[] =>
  rule.destinationShare === null ? [ruleName(rule)] : [ruleName(rule), `${ruleName(rule)} there`];

const unhit = {
  windowNumber: 0,
  spent: 0n,
  spentThere: 0n,
  hitIn: 0,
  openAtHit: 0,
  country: 0,
  changes: 0,
};

export const putRules = (old: readonly ModelRule[], rules: readonly Rule[]): ModelRule[] =>
  rules.map((rule) => {
    const kept = old.find((one) => ruleName(one) === ruleName(rule));
    return { ...unhit, ...kept, ...rule };
  });

const windowOf = ({ windowSeconds }: ModelRule, now: number) =>
  Math.floor(now / 1_000 / windowSeconds);

/** One that has begun goes on counting for whose clock is behind. */
const windowAt = (rule: ModelRule, now: number) => Math.max(rule.windowNumber, windowOf(rule, now));

const isHit = (rule: ModelRule, now: number): boolean => {
  const { spendRate, impossibleTravel } = rule;
  const window = windowOf(rule, now);
  if (spendRate === null && impossibleTravel === null) return rule.hitIn >= window;
  if (rule.windowNumber < window) return false;
  return spendRate === null
    ? rule.changes > impossibleTravel!.changesMax
    : rule.spent > BigInt(spendRate.spentMax);
};

/** Whether what costs something is refused now. */
export const isRefusing = ({ rules }: ModelAccount, now: number): boolean =>
  rules.some((rule) => rule.mode === "enforcing" && isHit(rule, now));

/** After what was used is settled, before anything is granted. */
export const judgeRules = ({ rules, hits }: ModelAccount, told: Told): void => {
  for (const rule of rules) {
    const wasHit = isHit(rule, told.now);
    judge(rule, told);
    const isOfHit = rule.destinationShare !== null || rule.simultaneousSessions !== null;
    const window = isOfHit ? rule.hitIn : rule.windowNumber;
    if (!wasHit && isHit(rule, told.now)) hits.push(1_000 * rule.windowSeconds * (window + 1));
  }
};

const judge = (rule: ModelRule, { now, servingNetwork, sessions, spent, spentThere }: Told) => {
  const { spendRate, destinationShare: share, simultaneousSessions, impossibleTravel } = rule;
  const window = windowAt(rule, now);
  const enter = () => {
    if (rule.windowNumber === window) return;
    Object.assign(rule, { windowNumber: window, spent: 0n, spentThere: 0n, changes: 0 });
  };
  if ((spendRate !== null || share !== null) && spent > 0n) {
    enter();
    rule.spent = atMost(rule.spent + spent);
    rule.spentThere = atMost(rule.spentThere + spentThere);
    const isEnough = share !== null && rule.spent >= BigInt(share.spentMin);
    const percent = BigInt(share?.sharePercentMax ?? 0);
    if (isEnough && 100n * rule.spentThere > percent * rule.spent) rule.hitIn = window;
  }
  if (simultaneousSessions !== null && rule.hitIn < window) {
    if (sessions > simultaneousSessions.sessionsMax) {
      Object.assign(rule, { hitIn: window, openAtHit: sessions });
    }
  }
  const isTold = servingNetwork !== null && /^\d{5,6}$/.test(servingNetwork);
  const country = isTold ? Number(servingNetwork.slice(0, 3)) : 0;
  if (impossibleTravel !== null && country !== 0 && country !== rule.country) {
    enter();
    if (rule.country !== 0) rule.changes++;
    rule.country = country;
  }
};

/** A rule that counted money, in which of its windows. */
export type SpendingCounted = {
  readonly name: string;
  readonly windowNumber: number;
  readonly isThere: boolean;
};

export const spendingIn = (
  { rules }: ModelAccount,
  now: number,
  isToZone: boolean,
): SpendingCounted[] =>
  rules
    .filter(({ spendRate, destinationShare }) => spendRate !== null || destinationShare !== null)
    .map((rule) => ({
      name: ruleName(rule),
      windowNumber: windowAt(rule, now),
      isThere: isToZone && rule.destinationShare !== null,
    }));

/** As far as a rule that counted it is still in that window; a share that was hit stays so. */
export const takeBackSpending = (
  { rules }: ModelAccount,
  counted: readonly SpendingCounted[],
  money: bigint,
): void => {
  const without = (amount: bigint) => (amount > money ? amount - money : 0n);
  for (const { name, windowNumber, isThere: there } of counted) {
    const rule = rules.find((one) => ruleName(one) === name && one.windowNumber === windowNumber);
    if (rule === undefined) continue;
    rule.spent = without(rule.spent);
    if (there) rule.spentThere = without(rule.spentThere);
  }
};

const atMost = (amount: bigint): bigint => {
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  return amount < most ? amount : most;
};

/** As the account keeps it behind its buckets: the pair of a state, by the name of that. */
export const ruleStateOf = (rules: readonly ModelRule[], name: string) => {
  const rule = rules.find((one) => ruleStateNames(one).includes(name));
  if (rule === undefined) return undefined;
  const { windowNumber: period, spent, spentThere, hitIn, openAtHit, country, changes } = rule;
  if (name.endsWith(" there")) return { value: Number(spentThere), period: hitIn };
  if (rule.simultaneousSessions !== null) return { value: openAtHit, period: hitIn };
  if (rule.impossibleTravel !== null) return { value: 1_000 * changes + country, period };
  return { value: Number(spent), period };
};
