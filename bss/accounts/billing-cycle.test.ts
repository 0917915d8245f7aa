// Which cycles there are.

import { expect, test } from "vitest";
import { collectComplaints } from "../http/tmf/complaints.ts";
import { checkCycle, frequencies } from "./billing-cycle.ts";

const pointersOf = (cycle: Parameters<typeof checkCycle>[2]): readonly string[] => {
  const { complain, answer } = collectComplaints();
  checkCycle(complain, "", cycle);
  const answered = answer(undefined);
  return answered.isOk ? [] : (answered.error.errors ?? []).map(({ pointer }) => pointer);
};

test.each(Object.entries(frequencies))(
  "%s is billed on a day of its period",
  (name, { shiftMax }) => {
    expect(pointersOf({ frequency: name, billingDateShift: shiftMax })).toEqual([]);
    expect(pointersOf({ frequency: name, billingDateShift: shiftMax + 1 })).toEqual([
      "/billingDateShift",
    ]);
  },
);

test("what nobody understands is no frequency, also where objects have such a member", () => {
  for (const frequency of ["", "Monthly", "constructor", "__proto__", undefined]) {
    expect(pointersOf({ frequency })).toEqual(["/frequency"]);
  }
});

test("a charge may lie before its bill, a payment may not", () => {
  expect(pointersOf({ frequency: "monthly", chargeDateOffset: -30 })).toEqual([]);
  expect(pointersOf({ frequency: "monthly", paymentDueDateOffset: -1 })).toEqual([
    "/paymentDueDateOffset",
    "/paymentDueDateOffset",
  ]);
});
