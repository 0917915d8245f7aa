// Which role may ask for what.

import {
  type OperationName,
  operationNames,
  operations,
  roles,
} from "../../engine/protocol/operations.ts";
import { alignedTable } from "./markdown.ts";

const peersOf = { network: "SMF/PGW, IMS, SMSC", business: "business support systems" } as const;

const isAllowed = (name: OperationName, role: (typeof roles)[number]): boolean =>
  (operations[name].roles as readonly string[]).includes(role);

export const accessPart = (): string =>
  alignedTable(
    ["role", "who", "may call"],
    roles.map((role) => [
      `\`${role}\``,
      peersOf[role],
      operationNames
        .filter((name) => isAllowed(name, role))
        .map((name) => `\`${name}\``)
        .join(", "),
    ]),
  );
