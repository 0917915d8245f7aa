// Fields of an explanation, as the table of operations says them: of something in the journal, or
// of a use that might be.

import { limits } from "../limits.ts";
import { serviceInformation } from "./event-fields.ts";
import * as f from "./fields.ts";

export const explain = {
  request: {
    accountId: f.identifier,
    /** Of an operation in the journal; nil: `question` asks about now. */
    journalId: f.nullable(f.identifier),
    index: f.uint32,
    question: f.optional(
      f.nullable(
        f.struct({
          /** nil: the account itself. */
          subscriberIdentifier: f.nullable(f.identifier),
          ratingGroup: f.uint32,
          requestedUnit: f.amount,
          serviceInformation,
        }),
      ),
      null,
    ),
  },
  answer: {
    isConclusive: f.flag,
    explanation: f.list(
      f.struct({ topic: f.identifier, text: f.text(limits.detailLengthMax) }),
      limits.explanationLinesMax,
    ),
  },
} as const;
