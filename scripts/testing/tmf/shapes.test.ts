// The generated shapes, against TM Forum's definitions: what a shape takes, conforms; and what is
// spoilt, neither of them takes.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import * as tmf666 from "../../../bss/accounts/tmf666.generated.ts";
import * as tmf654 from "../../../bss/balances/tmf654.generated.ts";
import * as tmf620 from "../../../bss/catalogue/tmf620.generated.ts";
import * as tmf629 from "../../../bss/customers/tmf629.generated.ts";
import * as shared from "../../../bss/http/tmf/common-shapes.generated.ts";
import * as tmf632 from "../../../bss/parties/tmf632.generated.ts";
import * as tmf669 from "../../../bss/parties/tmf669.generated.ts";
import * as tmf635 from "../../../bss/usage/tmf635.generated.ts";
import * as tmf677 from "../../../bss/usage/tmf677.generated.ts";
import { arbitraryOf } from "../arbitrary-of.ts";
import { mutationsOf } from "../mutations-of.ts";
import {
  definitionNamesOf,
  deviationsOf,
  expectConforms,
  pathsOf,
  type TmfApiNumber,
  tmfApis,
} from "./conforms.ts";

const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
const modules: Readonly<Record<TmfApiNumber, Readonly<Record<string, unknown>>>> = {
  ...{ 620: tmf620, 632: tmf632, 669: tmf669, 629: tmf629 },
  ...{ 666: tmf666, 654: tmf654, 635: tmf635, 677: tmf677 },
};

/** The shapes of an API that are a definition of the same name; patches are none. */
const shapesOf = (api: TmfApiNumber): readonly (readonly [string, z.ZodType])[] =>
  Object.entries(modules[api]).filter(
    (entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType,
  );
const isPatch = (name: string): boolean => /_(?:Update|Patch)$/.test(name);

describe.each(tmfApis)("TMF%i", (api) => {
  test("every resource of its routes has its shape, and every shape its definition", () => {
    const named = pathsOf(api)
      .filter(({ path }) => !path.includes("/hub"))
      .flatMap(({ body, answer }) => [body, answer])
      .filter((name) => name !== undefined);
    const names = shapesOf(api).map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining([...new Set(named)]));
    const definitions = new Set(definitionNamesOf(api));
    expect(names.filter((name) => !definitions.has(name.replace(/_Patch$/, "")))).toEqual([]);
  });

  test(`what a shape takes, conforms (seed ${seed})`, () => {
    for (const [name, shape] of shapesOf(api)) {
      const check = (document: unknown) => {
        expect(shape.safeParse(document).error?.issues, name).toBeUndefined();
        if (!isPatch(name)) expectConforms(api, name, document);
      };
      fc.assert(fc.property(arbitraryOf(shape), check), { seed, numRuns: 4 });
    }
  });

  test(`what is spoilt is refused, whatever it is never crashes (seed ${seed})`, () => {
    const bodies = new Set(pathsOf(api).flatMap(({ body, answer }) => [body, answer]));
    for (const [name, shape] of shapesOf(api).filter(([one]) => bodies.has(one))) {
      const check = fc.property(mutationsOf(shape), (mutation) => {
        const { what, pointer, document, isInvalid } = mutation;
        const { success } = shape.safeParse(document);
        if (isInvalid) expect(success, `${name} with ${what} at ${pointer}`).toBe(false);
        if (success || isPatch(name) || !["wrong type", "missing field"].includes(what)) return;
        expect(deviationsOf(api, name, document), `${name}: ${what} at ${pointer}`).not.toEqual([]);
      });
      fc.assert(check, { seed, numRuns: 40 });
    }
  });

  test("its events are named as its listeners are", () => {
    const { eventTypes } = modules[api] as { readonly eventTypes: readonly string[] };
    const names = new Set(definitionNamesOf(api));
    expect(eventTypes.length).toBeGreaterThan(1);
    expect(eventTypes.filter((type) => !names.has(type))).toEqual([]);
  });
});

test("what is shared conforms in every API that names no shape of its own for it", () => {
  for (const [name, shape] of Object.entries(shared)) {
    const owners = tmfApis.filter(
      (api) => definitionNamesOf(api).includes(name) && !(name in modules[api]),
    );
    if (!isPatch(name)) expect(owners.length, name).toBeGreaterThan(1);
    if (!(shape instanceof z.ZodType) || isPatch(name)) continue;
    const [document] = fc.sample(arbitraryOf(shape), { seed, numRuns: 1 });
    for (const api of owners) expectConforms(api, name, document);
  }
});
