// Lua allows 200 local names at once, and the files of lua/lib share one function. So what no other
// file names is kept within a block of its own file, where it is not counted beside the others.

/** `files` in the order in which they need each other; `users` besides name what they define. */
export const withOwnScopes = (files: readonly string[], users: readonly string[]): string[] => {
  const words = [...files, ...users].map((text) => new Set(text.match(/\b[A-Za-z_]\w*\b/g)));
  return files.map((text, index) => {
    const others = words.filter((_, other) => other !== index);
    return inBlock(text, (name) => others.some((used) => used.has(name)));
  });
};

const declaration = /^local (?:function (\w+)\(.*|([\w, ]+?)( =.*)?)$/;

/** The shared names are declared before the block, and only given their values in it. */
const inBlock = (text: string, isShared: (name: string) => boolean): string => {
  const shared: string[] = [];
  const lines = text.split("\n").flatMap((line) => {
    const [, name, list, value] = declaration.exec(line) ?? [];
    const names = name === undefined ? (list?.split(", ") ?? []) : [name];
    const wanted = names.filter(isShared);
    if (wanted.length === 0) return line;
    shared.push(...wanted);
    const own = names.filter((one) => !isShared(one));
    return [
      ...(own.length > 0 ? [`local ${own.join(", ")}`] : []),
      ...(name !== undefined || value !== undefined ? [line.slice("local ".length)] : []),
    ];
  });
  const before = shared.length > 0 ? [`local ${shared.join(", ")}`] : [];
  return [...before, "do", ...lines, "end"].join("\n");
};
