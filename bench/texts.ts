import { seeded } from '../workers/index/random.ts';

/** Seeded English-like texts: the same on every run, without repetition. */
const SUBJECTS =
  'the old gardener,a young sailor,my neighbour,the night train,our small library,a tired doctor'.split(',');
const VERBS = 'carried,painted,forgot,repaired,described,followed,sold,discovered,measured,borrowed'.split(
  ',',
);
const OBJECTS =
  'a wooden boat,the yellow umbrella,seven letters,a map of the coast,fresh bread,an empty suitcase'.split(
    ',',
  );
const PLACES =
  'near the harbour,behind the school,in the mountains,at the market,under a bridge,across the river'.split(
    ',',
  );
const TIMES = 'before sunrise,after the storm,every winter,last Tuesday,during the war,without a word'.split(
  ',',
);

export interface Texts {
  /** A number in [0, 1). */
  random(): number;
  /** One short sentence. */
  sentence(): string;
  /** Running text of `count` words. */
  words(count: number): string;
  /** An integer in the range whose logarithm is uniform, so that small ones are more frequent. */
  skewed(from: number, to: number): number;
}

export function createTexts(seed: number): Texts {
  const random = seeded(seed);
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)];
  const sentence = () => {
    const words = [pick(SUBJECTS), pick(VERBS), pick(OBJECTS), pick(PLACES), pick(TIMES)].join(' ');
    return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
  };
  return {
    random,
    sentence,
    words(count) {
      const words: string[] = [];
      while (words.length < count) words.push(...sentence().split(' '));
      return words.slice(0, count).join(' ');
    },
    skewed: (from, to) => Math.round(from * (to / from) ** random()),
  };
}
