// What Redis is asked besides batches, as the models carry it out: sessions that end, answers that
// are forgotten, profiles, publications.

import { resultCodeName } from "../../protocol/result-codes.ts";
import { staleCodes } from "../../store/lua-constants.ts";
import { unpackProfile } from "../../store/profile-value.ts";
import { apply, forget, publish } from "../model.ts";
import { auditExpiry } from "./audit-expiry.ts";
import { type Auditor, addTo, count, disagree, isSame } from "./auditor.ts";
import { type Asked, shardOfCommand } from "./wire.ts";

type Command = Extract<Asked, { kind: "run" }>;

export const auditCommand = (auditor: Auditor, command: Command, reply: unknown): void => {
  const auditOne = audits[command.name];
  if (auditOne === undefined) disagree(auditor, "a command", Object.keys(audits), command.name);
  else auditOne(auditor, command, reply as [number, number]);
};

const modelOf = (auditor: Auditor, command: Command) => auditor.models[shardOfCommand(command)]!;

const auditProfile = (auditor: Auditor, command: Command, [code]: [number, number]) => {
  if (code === staleCodes.profile) {
    count(auditor, "profiles put too late");
    return;
  }
  const packed = command.args[1] as Buffer;
  const { products, version } = unpackProfile(String(command.args[5]), packed);
  const name = products[0]!.productId;
  const asked = auditor.profiles.get(name);
  if (asked === undefined) {
    disagree(auditor, "a profile is put", "asked for", name);
    return;
  }
  const expected = apply(modelOf(auditor, command), asked, 0);
  if (expected.code === "SUCCESS") count(auditor, "profiles replaced");
  const came = { code: resultCodeName(code), profileVersion: version };
  const fields = expected.fields as { profileVersion: number } | undefined;
  const wanted = { code: expected.code, profileVersion: fields?.profileVersion ?? version };
  if (came.code !== wanted.code || came.profileVersion !== wanted.profileVersion) {
    disagree(auditor, `profile ${JSON.stringify(asked)}`, wanted, came);
  }
  addTo(auditor.profileAnswers, name, expected);
  // Asked for once more.
  if (fields !== undefined) {
    const again = { ...expected, fields: { ...fields, isChanged: false } };
    addTo(auditor.profileAnswers, name, again);
  }
};

const auditPublication = (auditor: Auditor, command: Command, reply: [number, number]) => {
  const document = String(command.args[1]);
  const tariff = auditor.tariffs.get(document);
  if (tariff === undefined) {
    disagree(auditor, "published", "asked for", document);
    return;
  }
  const expected = publish(auditor.models[0]!, tariff);
  const [tariffVersion, isChanged] = reply;
  const came = { code: "SUCCESS", fields: { tariffVersion, isChanged: isChanged === 1 } };
  if (!isSame(expected, came)) disagree(auditor, `publication of ${document}`, expected, came);
  if (isChanged === 1) count(auditor, "tariffs published");
  addTo(auditor.tariffAnswers, document, expected);
};

type Audit = (auditor: Auditor, command: Command, reply: [number, number]) => void;

const audits: Partial<Record<Command["name"], Audit>> = {
  "expire-sessions": auditExpiry,
  "rotate-answers": (auditor, command) => {
    const [now, , what] = command.args;
    forget(modelOf(auditor, command), what as "answers" | "topUps", Number(now));
  },
  "put-account": auditProfile,
  "publish-tariff": auditPublication,
  "claim-identifier": () => undefined,
};
