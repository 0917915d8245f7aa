// When the network asks for more, before the last unit of a grant is used.

/**
 * Units left of a grant at which the network asks for the next (TS 32.299, 7.2): the percentage,
 * rounded down; exact up to 2^53 - 1.
 */
export const quotaThreshold = (grantedUnits: number, percent: number): number => {
  const rest = grantedUnits % 100;
  return ((grantedUnits - rest) / 100) * percent + Math.floor((rest * percent) / 100);
};
