// Whole numbers as somebody types them.

/** Undefined: it is none, or not within the bounds. */
export const wholeNumber = (
  text: string | undefined,
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
): number | undefined => {
  const value = /^\d{1,16}$/.test(text ?? "") ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
};

/** Of a flag; undefined where it is not given. Throws the line that says what was expected. */
export const flagNumber = (name: string, text: string | undefined, min = 0): number | undefined => {
  if (text === undefined) return undefined;
  const value = wholeNumber(text, min);
  if (value !== undefined) return value;
  const least = min === 0 ? "" : ` from ${min} on`;
  throw new Error(`--${name}: expected a whole number${least}, got ${text}`);
};
