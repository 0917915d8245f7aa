// How long a block, or a tier, can be in a tariff document.

/** Keeps block arithmetic within 2^53 whatever was used. */
export const blockUnitsMax = 2 ** 50;
