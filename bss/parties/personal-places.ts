// Which places of a party are personal, who sees what of them, and by which they are found. One
// table per kind of document; sealing, masking, filters and the change of keys follow from it.

import { getTableName } from "drizzle-orm";
import { ok } from "../../engine/values/result.ts";
import type { Actor } from "../context.ts";
import { type Answered, refuse } from "../http/problem.ts";
import type { AttributeFilter } from "../http/tmf/attribute-filter.ts";
import type { ResourceKind } from "../http/tmf/resource-kind.ts";
import type { Document, ResourceTable } from "../http/tmf/resource-table.ts";
import {
  type Cipher,
  changePersonal,
  type EncryptedTable,
  type FieldClass,
  maskValue,
  openDocument,
  type PersonalField,
  type PersonalFields,
  personalFields,
  sealDocument,
} from "../privacy/index.ts";

export type PersonalPlace = {
  readonly fieldClass: FieldClass;
  /** `contact`: whoever cares for customers; `document`: administrators and the person alone. */
  readonly sight: "contact" | "document";
  /** The mark of its blind index; the same mark is the same index whatever the kind. */
  readonly mark?: string;
};

/** By JSON pointer, `*` for each of a list. */
export type PersonalPlaces = Readonly<Record<string, PersonalPlace>>;

type Privacy = NonNullable<ResourceKind["privacy"]>;

export type DocumentPrivacy = Privacy & {
  /** What somebody was shown masked must not come back as if it were the value. */
  readonly checkUnmasked: (document: Document) => Answered<void>;
};

const hidden = "•••••";

export type Sight = "all" | "contact" | "none";

/** The widest role of staff counts; a customer sees all of what it reaches, which is its own. */
export const sightOf = ({ roles }: Actor): Sight => {
  if (roles.includes("administrator")) return "all";
  if (roles.includes("care-agent") || roles.includes("billing")) return "contact";
  return roles.includes("self-care") && roles.every((role) => role === "self-care")
    ? "all"
    : "none";
};

/** Text is masked by its class; of what is no text, or has a form to keep, nothing is shown. */
const maskOf = (value: unknown, { fieldClass }: PersonalField): unknown =>
  typeof value !== "string" || fieldClass === "birth-date"
    ? undefined
    : maskValue(value, fieldClass);

const fieldsOf = (purpose: string, places: PersonalPlaces): PersonalFields =>
  personalFields(
    purpose,
    Object.fromEntries(Object.entries(places).map(([at, { fieldClass }]) => [at, fieldClass])),
  );

/** `alsoFoundBy` are blind indexes of several values at once. */
export const createPrivacy = (
  cipher: Cipher,
  table: ResourceTable,
  places: PersonalPlaces,
  alsoFoundBy: (document: Document) => readonly (readonly [string, string])[] = () => [],
): DocumentPrivacy => {
  const purpose = purposeOf(table);
  const fields = fieldsOf(purpose, places);
  const entries = Object.entries(places);
  const ofDocuments = fieldsOf(
    purpose,
    Object.fromEntries(entries.filter(([, { sight }]) => sight === "document")),
  );
  const byPath = new Map(entries.map(([at, place]) => [at.replaceAll("/*", ""), place]));
  const keyOf = (mark: string, fieldClass: FieldClass, text: string): string =>
    `${mark}:${cipher.blindIndex(text, fieldClass, `party.${mark}`).toString("hex")}`;
  return {
    seal: (document) => {
      const keys = new Set<string>();
      changePersonal(document, fields, (value, { pointer }) => {
        const { mark, fieldClass } = places[pointer] as PersonalPlace;
        const isFound = mark !== undefined && typeof value === "string" && value !== "";
        if (isFound) keys.add(keyOf(mark, fieldClass, value));
        return value;
      });
      for (const [mark, text] of alsoFoundBy(document)) keys.add(keyOf(mark, "name", text));
      const sealed = sealDocument(document, fields, cipher) as Document;
      return { document: sealed, searchKeys: [...keys] };
    },
    open: (stored, actor) => {
      const opened = openDocument(stored, fields, cipher);
      if (!opened.isOk) {
        throw new Error(`${purpose}${opened.error.pointer} does not open: ${opened.error.code}`);
      }
      const sight = sightOf(actor);
      if (sight === "all") return opened.value as Document;
      const masked = sight === "contact" ? ofDocuments : fields;
      return changePersonal(opened.value, masked, maskOf) as Document;
    },
    keysOf: ({ path, operator, values }: AttributeFilter) => {
      const place = byPath.get(`/${path.join("/")}`);
      if (place === undefined) return undefined;
      const { mark, fieldClass } = place;
      if (mark === undefined || operator !== "eq") return [];
      return values.map((value) => keyOf(mark, fieldClass, value));
    },
    checkUnmasked: (document) => {
      let at: string | undefined;
      changePersonal(document, fields, (value, { pointer }) => {
        if (typeof value === "string" && value.includes(hidden)) at ??= pointer;
        return value;
      });
      if (at === undefined) return ok(undefined);
      const detail = "this is the mask, not what it hides: leave the field out to keep it";
      const errors = [{ pointer: at, detail }];
      return refuse("UNPROCESSABLE", `${at}: ${detail}`, { errors });
    },
  };
};

const purposeOf = (table: ResourceTable): string => `${getTableName(table)}.document`;

/** For the change of keys. */
export const encryptedDocuments = (
  table: ResourceTable,
  places: PersonalPlaces,
): EncryptedTable => ({
  ...{ table: getTableName(table), idColumn: "id", columns: [] },
  documents: [{ column: "document", fields: fieldsOf(purposeOf(table), places) }],
});
