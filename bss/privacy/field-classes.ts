// Classes of personal data: how each is compared, whatever it was written like, and how much of it
// is shown to somebody who may not know it. What is shown never tells how long it is.

export const fieldClasses = [
  // MSISDN, IMSI, ICCID, IMEI and every other telephone number; international where it is one.
  "number",
  "name",
  "email",
  // A number on a passport, an identity card, a licence, a tax form.
  "identity-document",
  "address",
  "birth-date",
  // Anything else that tells who it is: nothing of it is shown.
  "text",
] as const;
export type FieldClass = (typeof fieldClasses)[number];

/** Equal for what means the same. */
export const comparable: Readonly<Record<FieldClass, (text: string) => string>> = {
  number: (text) => text.normalize("NFKC").replaceAll(/\D/g, ""),
  name: (text) => folded(text),
  email: (text) => folded(text),
  "identity-document": (text) => folded(text).replaceAll(/[^\p{L}\p{N}]/gu, ""),
  address: (text) => folded(text),
  "birth-date": (text) => folded(text),
  text: (text) => folded(text),
};

/** JavaScript knows no case folding: down, so that ẞ is ß, up, so that it is SS, and down again. */
const folded = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize("NFKC")
    .trim()
    .replaceAll(/\s+/gu, " ");

const hidden = "•••••";

/** `+4915112345678` → `+49151•••••78`: country and network stay, as of an IMSI. */
export const maskMsisdn = (text: string): string => {
  const digits = text.replaceAll(/\D/g, "");
  const plus = text.trimStart().startsWith("+") ? "+" : "";
  // Of what is short the rest could be guessed.
  if (digits.length < 6) return hidden;
  if (digits.length < 11) return `${hidden}${digits.slice(-2)}`;
  return `${plus}${digits.slice(0, 5)}${hidden}${digits.slice(-2)}`;
};

/** `Ada Lovelace` → `A••••• L•••••` */
export const maskName = (text: string): string => {
  const words = text.split(/\s+/u).filter((word) => word !== "");
  // Code points, so that no half of a pair is shown.
  const initials = words.map((word) => `${[...word][0]}${hidden}`);
  return initials.slice(0, wordsShownMax).join(" ") || hidden;
};
const wordsShownMax = 3;

/** `ada@example.org` → `a•••••@example.org` */
export const maskEmail = (text: string): string => {
  const [, first = "", domain = ""] = /^(.).+@([^@]+)$/su.exec(text) ?? [];
  return domain === "" ? hidden : `${first}${hidden}@${domain}`;
};

/** `L01X00T47` → `•••••47` */
export const maskIdentityDocument = (text: string): string =>
  text.length < 6 ? hidden : `${hidden}${[...text].slice(-2).join("")}`;

const masks: Readonly<Record<FieldClass, (text: string) => string>> = {
  number: maskMsisdn,
  name: maskName,
  email: maskEmail,
  "identity-document": maskIdentityDocument,
  address: () => hidden,
  "birth-date": () => hidden,
  text: () => hidden,
};

/** Of what is no text nothing is shown. */
export const maskValue = (value: unknown, fieldClass: FieldClass): string =>
  typeof value === "string" ? masks[fieldClass](value) : hidden;
