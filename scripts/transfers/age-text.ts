// How long ago, for people: the two largest units of it.

const units = [
  { name: "d", seconds: 86_400 },
  { name: "h", seconds: 3_600 },
  { name: "min", seconds: 60 },
  { name: "s", seconds: 1 },
] as const;

/** "2 d 4 h", "1 min 30 s", "7 s"; clocks that differ make no age below nought. */
export const ageText = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const first = units.findIndex((unit) => seconds >= unit.seconds);
  if (first === -1) return "0 s";
  let left = seconds;
  const parts = units.slice(first, first + 2).map((unit) => {
    const count = Math.floor(left / unit.seconds);
    left -= count * unit.seconds;
    return `${count} ${unit.name}`;
  });
  return parts.filter((part) => !part.startsWith("0 ")).join(" ");
};
