// What the generated shapes of TM Forum's resources are made of: its formats with our bounds.
// `must` is required, `may` is not, and in a merge patch (RFC 7396) `patch` may also be null, which
// removes.

import { z } from "zod";
import { limits } from "../../limits.ts";
import { isExactAmount, microsOf } from "./amounts.ts";
import { isAnyValue, wholeText } from "./any-value.ts";

const { tmfTextCharsMax, tmfNameCharsMax, tmfIdCharsMax, tmfContentCharsMax } = limits;
const notWhole = "holds NUL or half a character";

const textOf = (charsMax: number) => z.string().max(charsMax).regex(wholeText, notWhole);

/** RFC 3986: only characters that an address may have. */
const addressCharacters = "[\\w\\-.~:/?#[\\]@!$&'()*+,;=%]";
const absoluteUri = new RegExp(`^[A-Za-z][A-Za-z0-9+.\\-]*:${addressCharacters}+$`);
const uriOrPath = new RegExp(`^(?:[A-Za-z][A-Za-z0-9+.\\-]*:|/)${addressCharacters}*$`);

const uriOf = (form: RegExp, what: string) =>
  z.string().max(tmfTextCharsMax).regex(form, `is not ${what}`).meta({ format: "uri" });

/** Times longer than this say nothing more: nanoseconds and an offset have 35 characters. */
const momentCharsMax = 40;

export const must = {
  id: textOf(tmfIdCharsMax).min(1),
  name: textOf(tmfNameCharsMax),
  text: textOf(tmfTextCharsMax),
  uri: uriOf(absoluteUri, "an absolute URI"),
  /** TMF630 has hrefs absolute or as a path. */
  href: uriOf(uriOrPath, "a URI or a path"),
  moment: z.iso
    .datetime({ offset: true, error: "is not a time with offset (RFC 3339)" })
    .max(momentCharsMax),
  content: z.base64().max(tmfContentCharsMax),
  flag: z.boolean(),
  integer: z.int(),
  /** Money, rates: at most six decimals, and exact. */
  decimal: z
    .number()
    .refine((value) => microsOf(value) !== undefined, "is not exact to six decimals")
    .meta({ format: "decimal" }),
  /** A Quantity's: octets too. */
  amount: z
    .number()
    .refine(isExactAmount, "is neither a safe integer nor exact to six decimals")
    .meta({ format: "decimal" }),
  any: z.unknown().refine(isAnyValue, "is too deep, too much, or no value of JSON"),
} as const;

export const may = {
  id: must.id.optional(),
  name: must.name.optional(),
  text: must.text.optional(),
  uri: must.uri.optional(),
  href: must.href.optional(),
  moment: must.moment.optional(),
  content: must.content.optional(),
  flag: must.flag.optional(),
  integer: must.integer.optional(),
  decimal: must.decimal.optional(),
  amount: must.amount.optional(),
  any: must.any.optional(),
} as const;

export const patch = {
  id: must.id.nullish(),
  name: must.name.nullish(),
  text: must.text.nullish(),
  uri: must.uri.nullish(),
  href: must.href.nullish(),
  moment: must.moment.nullish(),
  content: must.content.nullish(),
  flag: must.flag.nullish(),
  integer: must.integer.nullish(),
  decimal: must.decimal.nullish(),
  amount: must.amount.nullish(),
  any: must.any.nullish(),
} as const;

export const list = <T extends z.ZodType>(shape: T, itemsMin = 0): z.ZodArray<T> =>
  z.array(shape).min(itemsMin).max(limits.tmfListItemsMax);

/** TMF630: who extends a resource says as what, and where that is described. */
export const extensible = {
  "@baseType": may.text,
  "@schemaLocation": may.uri,
  "@type": may.text,
} as const;

export const extensiblePatch = {
  "@baseType": patch.text,
  "@schemaLocation": patch.uri,
  "@type": patch.text,
} as const;
