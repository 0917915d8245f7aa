// The tree over prefixes, its paths compressed: a node stands where prefixes part, or where one
// ends that others go on from, so there are fewer nodes than prefixes. A node is 64 octets, a line
// of the processor's cache; nodes lie in pages, and growing never copies them.
//
//   words 0–9   what follows by this digit: 0 nothing, n node n, ~n prefix n
//   word 10     the prefix that ends here, as ~n, or 0
//   word 11     how many digits lie before the node
//   word 12     any prefix that goes through the node, for the digits before it

const pageBits = 12;
const pageSize = 2 ** pageBits;
const pageMask = pageSize - 1;
const wordsEach = 16;
const depthWord = 11;
const sampleWord = 12;

/** Where all prefixes go through. */
export const root = 0;

export type PrefixNodes = ReturnType<typeof createPrefixNodes>;

export const createPrefixNodes = () => {
  const pages: Int32Array[] = [];
  let count = 0;
  const word = (node: number, offset: number): number =>
    pages[node >> pageBits]![(node & pageMask) * wordsEach + offset]!;
  const setWord = (node: number, offset: number, value: number): void => {
    pages[node >> pageBits]![(node & pageMask) * wordsEach + offset] = value;
  };
  const append = (depth: number, sample: number): number => {
    if ((count & pageMask) === 0) pages.push(new Int32Array(pageSize * wordsEach));
    const node = count++;
    setWord(node, depthWord, depth);
    setWord(node, sampleWord, sample);
    return node;
  };
  append(0, 0);
  return {
    append,
    /** By a digit, or `endDigit`. */
    next: word,
    link: setWord,
    depthOf: (node: number): number => word(node, depthWord),
    sampleOf: (node: number): number => word(node, sampleWord),
  };
};
