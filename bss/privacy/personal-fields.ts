// Which places of a document are personal, declared once per document by JSON pointers (RFC 6901)
// in which `*` stands for every element, and a walk that changes what is there and nothing else.

import { assert } from "../../engine/values/assert.ts";
import type { FieldClass } from "./field-classes.ts";

export type PersonalField = {
  readonly fieldClass: FieldClass;
  /** As declared. */
  readonly pointer: string;
  /** What its values are sealed for. */
  readonly purpose: string;
};

export type PersonalFields = {
  /** Of this very place; what is below it is part of its value. */
  readonly field: PersonalField | undefined;
  readonly named: ReadonlyMap<string, PersonalFields>;
  /** Elements of an array, and members that have no name of their own here. */
  readonly every: PersonalFields | undefined;
};

type Growing = { field: PersonalField | undefined; named: Map<string, Growing>; every?: Growing };

/**
 * `purpose` names table and column: "individuals.document". Throws where a place is within
 * another one.
 */
export const personalFields = (
  purpose: string,
  classes: Readonly<Record<string, FieldClass>>,
): PersonalFields => {
  const root = newPlace();
  for (const [pointer, fieldClass] of Object.entries(classes)) {
    assert(pointer.startsWith("/"), `not a JSON pointer: ${pointer}`);
    let place = root;
    for (const name of pointer.slice(1).split("/").map(unescaped)) {
      assert(name !== "__proto__" && place.field === undefined, `${pointer} is within another`);
      place = name === "*" ? everyOf(place) : namedOf(place, name);
    }
    const isTaken = place.field !== undefined || place.named.size > 0 || place.every !== undefined;
    assert(!isTaken, `${pointer} is around another`);
    place.field = { fieldClass, pointer, purpose: `${purpose}${pointer}` };
  }
  return root as PersonalFields;
};

const newPlace = (): Growing => ({ field: undefined, named: new Map() });

const everyOf = (place: Growing): Growing => {
  place.every ??= newPlace();
  return place.every;
};

const namedOf = (place: Growing, name: string): Growing => {
  const there = place.named.get(name) ?? newPlace();
  place.named.set(name, there);
  return there;
};

const unescaped = (word: string): string => word.replaceAll("~1", "/").replaceAll("~0", "~");

/**
 * The document with what `change` makes of each personal value; the original is not touched, and
 * what did not change is shared with it. Null and what is absent are no values.
 */
export const changePersonal = (
  value: unknown,
  fields: PersonalFields,
  change: (value: unknown, field: PersonalField) => unknown,
): unknown => {
  if (value === null || value === undefined) return value;
  if (fields.field !== undefined) return change(value, fields.field);
  if (typeof value !== "object") return value;
  const { every } = fields;
  if (Array.isArray(value)) {
    if (every === undefined) return value;
    return unlessSame(
      value,
      value.map((element) => changePersonal(element, every, change)),
    );
  }
  return changeMembers(value as Record<string, unknown>, fields, change);
};

const unlessSame = (before: readonly unknown[], after: readonly unknown[]): readonly unknown[] =>
  after.every((element, index) => Object.is(element, before[index])) ? before : after;

const changeMembers = (
  value: Readonly<Record<string, unknown>>,
  { named, every }: PersonalFields,
  change: (value: unknown, field: PersonalField) => unknown,
): unknown => {
  const names = every === undefined ? named.keys() : Object.keys(value);
  let copy: Record<string, unknown> | undefined;
  for (const name of names) {
    const fields = named.get(name) ?? every;
    if (fields === undefined || !Object.hasOwn(value, name)) continue;
    const changed = changePersonal(value[name], fields, change);
    if (Object.is(changed, value[name])) continue;
    copy ??= { ...value };
    // Not by assignment: a member may be called __proto__.
    Object.defineProperty(copy, name, { value: changed, ...plainMember });
  }
  return copy ?? value;
};

const plainMember = { configurable: true, enumerable: true, writable: true };
