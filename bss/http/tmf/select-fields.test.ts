// What of a resource is shown.

import { expect, test } from "vitest";
import { selectFields } from "./select-fields.ts";

const document = {
  id: "1",
  href: "/1",
  name: "Data",
  validFor: { startDateTime: "a", endDateTime: "b" },
  category: [
    { id: "c1", name: "one" },
    { id: "c2", name: "two" },
  ],
};

test("without fields it is the whole", () => {
  expect(selectFields(document, undefined)).toBe(document);
});

test("what says which one it is stays", () => {
  expect(selectFields(document, ["name"])).toEqual({ id: "1", href: "/1", name: "Data" });
  expect(selectFields(document, ["none"])).toEqual({ id: "1", href: "/1" });
});

test("within an object, and within each of a list", () => {
  expect(selectFields(document, ["validFor.endDateTime", "category.id", "category.name"])).toEqual({
    id: "1",
    href: "/1",
    validFor: { endDateTime: "b" },
    category: document.category,
  });
});
