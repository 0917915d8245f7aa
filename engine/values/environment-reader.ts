// Settings from environment variables: each read once, every problem found at once, each as one
// line that names the variable. A variable set to nothing counts as not set: that is how compose
// files leave one out.

export type Environment = Readonly<Record<string, string | undefined>>;

export const portMax = 65_535;

/** Problems are added to `problems`; what cannot be read is then the fallback. */
export const readerOf = (env: Environment, problems: string[]) => {
  const text = (name: string) => env[name]?.trim() || undefined;

  const host = (name: string, fallback: string) => {
    const value = text(name) ?? fallback;
    if (!/^[\w.:-]+$/.test(value)) problems.push(`${name}: expected a host, got "${value}"`);
    return value;
  };

  const integer = (name: string, fallback: number, min: number, max: number) => {
    const value = text(name);
    if (value === undefined) return fallback;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    problems.push(`${name}: expected a whole number from ${min} to ${max}, got "${value}"`);
    return fallback;
  };

  const oneOf = <const N extends string, F extends N | undefined>(
    name: string,
    names: readonly N[],
    fallback: F,
  ): N | F => {
    const value = text(name);
    if (value === undefined) return fallback;
    const found = names.find((known) => known === value);
    if (found !== undefined) return found;
    problems.push(`${name}: expected ${names.join(" or ")}, got "${value}"`);
    return fallback;
  };

  const required = (name: string, what: string) => {
    const value = text(name);
    if (value === undefined) problems.push(`${name}: missing; set it to ${what}`);
    return value ?? "";
  };

  /** Of one of the schemes, such as "redis". Says nothing of the value: it may hold a password. */
  const url = (name: string, fallback: string, schemes: readonly string[]) => {
    const value = text(name) ?? fallback;
    const protocol = URL.canParse(value) ? new URL(value).protocol : "";
    if (!schemes.some((scheme) => protocol === `${scheme}:`)) {
      const expected = schemes.map((scheme) => `${scheme}://host:port`).join(" or ");
      problems.push(`${name}: expected ${expected}`);
    }
    return value;
  };

  return { text, host, integer, oneOf, required, url };
};
