/** Finds the passages that an answer was drawn from by the words they share, since small models can neither cite nor tell when they do not know. */

/** English stop words. */
const COMMON = new Set(
  (
    'a an the this that these those there here it its he him his she her they them their we us our you your i me my and or but nor so if ' +
    'than then of to in on at by for from with without into about as is are was were be been being am do does did done has have had will ' +
    'would can could should may might must not no yes what which who whom whose when where why how also very just only'
  ).split(' '),
);
/** Number of leading letters by which words are compared, so that inflected forms match. */
const STEM = 6;
/** Minimum share of the answer's own words that all passages together must contain, and that a single one must. */
const GROUNDED = 0.6;
const FROM_ONE = 0.5;

/**
 * Indices of the passages, the one with most of the answer first.
 * @returns empty: the answer says what neither the passages nor the question say
 */
export function drawnFrom(answer: string, question: string, passages: readonly string[]): number[] {
  const asked = new Set(stems(question));
  const there = passages.map((passage) => new Set(stems(passage)));
  const own = [...new Set(stems(answer))].filter((word) => !asked.has(word));
  const found = own.filter((word) => there.some((words) => words.has(word)));
  const isInvented = own.some((word) => /\p{N}/u.test(word) && !found.includes(word));
  if (isInvented || found.length === 0 || found.length < GROUNDED * own.length) return [];
  const most = Math.max(...there.map((words) => found.filter((word) => words.has(word)).length));
  return most < FROM_ONE * own.length ? [] : cover(found, there);
}

/** Index of the passage with most different words of a question; the first of several. */
export function mostShared(question: string, passages: readonly string[]): number {
  const asked = new Set(stems(question));
  const shared = passages.map((passage) => new Set(stems(passage).filter((word) => asked.has(word))).size);
  return shared.indexOf(Math.max(...shared));
}

/** Approximately the smallest set of passages with all these words; a word that many passages contain counts little. */
function cover(words: readonly string[], passages: readonly ReadonlySet<string>[]): number[] {
  const weights = new Map(words.map((word) => [word, 1 / passages.filter((one) => one.has(word)).length]));
  const chosen: number[] = [];
  while (weights.size > 0) {
    const gains = passages.map((passage) =>
      [...weights].reduce((sum, [word, weight]) => sum + (passage.has(word) ? weight : 0), 0),
    );
    const best = gains.indexOf(Math.max(...gains));
    chosen.push(best);
    for (const word of weights.keys()) if (passages[best]?.has(word)) weights.delete(word);
  }
  return chosen;
}

function stems(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.match(/\p{N}+(?:[.,:]\p{N}+)*|[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => !COMMON.has(word)).map(stem);
}

function stem(word: string): string {
  if (/\p{N}/u.test(word)) return word;
  return (word.length > 3 ? word.replace(/s$/, '') : word).slice(0, STEM);
}
