// The accounts that differ, with what differs.

export type DriftedAccount = {
  readonly shard: number;
  readonly accountId: string;
  readonly problems: readonly string[];
};

/** The same list with one more problem, of an account that is in it or not. */
export const withProblem = (
  drifted: readonly DriftedAccount[],
  shard: number,
  accountId: string,
  problem: string,
): readonly DriftedAccount[] => {
  const known = drifted.find((one) => one.accountId === accountId && one.shard === shard);
  const problems = [...(known?.problems ?? []), problem];
  return [...drifted.filter((one) => one !== known), { shard, accountId, problems }];
};
