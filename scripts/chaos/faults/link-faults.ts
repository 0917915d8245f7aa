// Wires that are cut, slow, silent, or that break off in the middle of a message.

import { setTimeout as pause } from "node:timers/promises";
import { nextBelow, type Random } from "../../../engine/values/random.ts";
import type { TcpProxy } from "../../testing/tcp-proxy.ts";
import { type LinkName, linkNames, type World } from "../world/world.ts";
import type { Fault } from "./fault.ts";

const delayMs = 200;
const cutsMax = 8;
const cutPauseMsMax = 150;
const truncatedOctetsMax = 300;

/** One of the wires or all of them. */
const choose = (world: World, link: LinkName, random: Random) => {
  const wires = world.links[link];
  const chosen = nextBelow(random, wires.length + 1);
  return chosen === wires.length
    ? { wires, where: "all" }
    : { wires: [wires[chosen]!], where: `number ${chosen + 1}` };
};

const onWires = (
  fault: Omit<Fault, "inject">,
  link: LinkName,
  spoil: (wire: TcpProxy, random: Random) => Promise<void> | void,
): Fault => ({
  ...fault,
  inject: async (world, random) => {
    const { wires, where } = choose(world, link, random);
    for (const wire of wires) await spoil(wire, random);
    return { where, lift: async () => wires.forEach((wire) => void wire.mend()) };
  },
});

const cut = (link: LinkName): Fault =>
  onWires(
    {
      name: `cut-${link}`,
      does: `${link}: connections cut again and again, then none taken`,
      heldMs: [0, 4_000],
    },
    link,
    async (wire, random) => {
      for (let cuts = 1 + nextBelow(random, cutsMax); cuts > 0; cuts--) {
        wire.cut();
        await pause(nextBelow(random, cutPauseMsMax));
      }
      wire.block();
    },
  );

const delay = (link: LinkName): Fault =>
  onWires(
    { name: `delay-${link}`, does: `${link}: ${delayMs} ms each way`, heldMs: [1_000, 4_000] },
    link,
    (wire) => wire.delay(delayMs),
  );

const halfOpen = (link: LinkName): Fault =>
  onWires(
    {
      name: `half-open-${link}`,
      does: `${link}: nothing arrives, nothing is closed, old connections stay so`,
      heldMs: [500, 6_000],
    },
    link,
    (wire) => wire.silence(),
  );

const truncate = (link: LinkName): Fault =>
  onWires(
    {
      name: `truncate-${link}`,
      does: `${link}: each connection cut after some octets more`,
      heldMs: [500, 4_000],
    },
    link,
    (wire, random) => wire.truncate(nextBelow(random, truncatedOctetsMax)),
  );

export const linkFaults: readonly Fault[] = linkNames.flatMap((link) => [
  cut(link),
  delay(link),
  halfOpen(link),
  truncate(link),
]);
