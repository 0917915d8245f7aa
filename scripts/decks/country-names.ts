// What countries are called in the decks that are generated here, by ISO 3166 code.

const names = new Intl.DisplayNames("en", { type: "region", fallback: "code" });

export const countryName = (code: string): string => names.of(code) ?? code;
