// What a log line may not tell, cut out of its fields at any depth: by the name of the field what
// opens a door and what identifies a person, and in any text what looks like a subscriber's number.
// Errors are told by their own words; one of Postgres carries the row that it is about.

import { DrizzleQueryError } from "drizzle-orm";

const secrets = [
  ...["token", "accessToken", "refreshToken", "authorization", "cookie", "set-cookie", "password"],
  ...[
    "secret",
    "apiKey",
    "indexKey",
    "totp",
    "voucherCode",
    "databaseUrl",
    "redisUrl",
    "idempotency-key",
  ],
];
const personal = [
  ...["subscriberIdentifier", "subscriberIdentifiers", "calledPartyAddress", "msisdn", "imsi"],
  ...["iccid", "imei", "supi", "gpsi", "phoneNumber", "faxNumber", "emailAddress", "email"],
  ...["socialNetworkId", "givenName", "middleName", "familyName", "preferredGivenName"],
  ...["legalName", "formattedName", "fullName", "aristocraticTitle", "tradingName", "actorName"],
  ...["birthDate", "placeOfBirth", "nationality", "identificationId", "taxId"],
  ...["individualIdentification", "organizationIdentification", "contactMedium"],
  ...["street1", "street2", "postCode", "city", "iban", "accountNumber"],
  ...["before", "after", "document", "parameters", "$sealed"],
];
const names = new Set([...secrets, ...personal].map((name) => name.toLowerCase()));
const redacted = "[redacted]";

const depthMax = 6;
const elementsMax = 100;

/**
 * Not within other words, but behind `tel:` and, as TS 23.003 writes a SUPI and a GPSI, `imsi-` and
 * `msisdn-`. Of 13 digits those that begin with 1 are ms since 1970.
 */
const subscriberNumber =
  /(?:(?<![\w.-])|(?<=\b(?:imsi|msisdn)-))\+?(?!1\d{12}(?!\d))\d{10,15}(?![\w-])/g;

export const withoutNumbers = (text: string): string => text.replace(subscriberNumber, redacted);

/** The fields of a line as they may be written. */
export const redactFields = (fields: object): Record<string, unknown> =>
  redactMembers(fields, depthMax);

const redactMembers = (fields: object, depth: number): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      names.has(name.toLowerCase()) && isTelling(value) ? redacted : redactValue(value, depth),
    ]),
  );

/** Nothing is told by what is not there. */
const isTelling = (value: unknown): boolean => value !== undefined && value !== null;

const redactValue = (value: unknown, depth: number): unknown => {
  if (typeof value === "string") return withoutNumbers(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return errorFields(value);
  if (value instanceof Date) return value;
  if (value instanceof Uint8Array) return `[${value.length} octets]`;
  if (depth === 0) return "[deeper]";
  if (!Array.isArray(value)) return redactMembers(value, depth - 1);
  return value.slice(0, elementsMax).map((element) => redactValue(element, depth - 1));
};

/** Drizzle's has the statement with all its parameters in its message; what caused it has not. */
const errorFields = (thrown: Error): Record<string, unknown> => {
  const cause = thrown instanceof DrizzleQueryError ? thrown.cause : undefined;
  const error = cause ?? thrown;
  const { name, message, stack } = error;
  const { code, constraint, table } = error as Error & Record<string, unknown>;
  const words = withoutValues(message, code);
  const trace = stack?.replace(message, () => words);
  return {
    ...{ type: name, message: words, stack: trace && withoutNumbers(trace) },
    ...{ code, constraint, table },
  };
};

/** SQLSTATE class 22, data exceptions: the message quotes what could not be read. */
const withoutValues = (message: string, code: unknown): string => {
  const isAboutValue = typeof code === "string" && /^22[\dA-Z]{3}$/.test(code);
  return withoutNumbers(isAboutValue ? message.replace(/".*"/s, '"…"') : message);
};
