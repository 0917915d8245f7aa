// Which processors this process may run on, and how Redis keeps to one of them. Redis' work is done
// by one thread; moved to and fro between two cores that engine and load share, it finds its cache
// cold. Free it carried 78,559 operations a second with 100,000 accounts, kept on one core 82,701
// to 112,496 (`npm run bench` on two cores, at hours of different noise).

import { readFileSync } from "node:fs";

/** "0-2,5" as the kernel writes it → 0, 1, 2, 5; nothing for what is not such a list. */
export const parseCpuList = (list: string): readonly number[] => {
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(list)) return [];
  return list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
};

/** Empty where the system does not say: nothing is kept anywhere then. */
export const allowedCpus = (): readonly number[] => {
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    return parseCpuList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? "");
  } catch {
    return [];
  }
};

/** Lines of redis.conf; its background threads go wherever there is room. */
export const cpuSettings = ([first, ...others]: readonly number[]): readonly string[] =>
  first === undefined || others.length === 0 ? [] : [`server_cpulist ${first}`];
