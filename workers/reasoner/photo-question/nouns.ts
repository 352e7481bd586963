/** The nouns of questions: names of the detector, their synonyms, plurals, and kinds of several names. */

/** A noun in a list of words. */
export interface Noun {
  /** The detector's names that it may mean; the name itself, or all names of a kind. */
  names: readonly string[];
  /** Whether it is a kind of several names, such as `animal`. */
  isKind: boolean;
  /** As it was said, but in the singular. */
  word: string;
  /** Its first word, and the one after its last. */
  start: number;
  end: number;
}

export interface Nouns {
  /** From left to right, without overlaps; the longest at each place. */
  find(words: readonly string[]): Noun[];
  /** What kind of thing a name is, nearest first. */
  kindsOf(name: string): readonly string[];
}

/** Names, and by name their synonyms and kinds. */
export interface Lexicon {
  names: readonly string[];
  /** Name → other words for it; irregular plurals are among them. */
  synonyms: Readonly<Record<string, readonly string[]>>;
  /** Name → kinds, nearest first. */
  kinds: Readonly<Record<string, readonly string[]>>;
}

interface Meaning {
  names: string[];
  isKind: boolean;
}

/** Kinds that questions use for any thing. */
const ANYTHING = new Set(['object', 'place', 'outdoor object', 'household item']);
/** Words of the longest noun. */
const LONGEST = 3;

export function createNouns({ names, synonyms, kinds }: Lexicon): Nouns {
  const known = new Map<string, Meaning>();
  for (const name of names) {
    for (const kind of kinds[name] ?? []) {
      if (ANYTHING.has(kind)) continue;
      const same = known.get(kind) ?? { names: [], isKind: true };
      known.set(kind, { ...same, names: [...same.names, name] });
    }
  }
  // A word that is both, such as `person`, is the name.
  for (const name of names) {
    for (const word of [name, ...(synonyms[name] ?? [])]) known.set(word, { names: [name], isKind: false });
  }

  return {
    find(words) {
      const found: Noun[] = [];
      for (let start = 0; start < words.length; ) {
        const noun = nounAt(words, start);
        if (noun) found.push(noun);
        start = noun?.end ?? start + 1;
      }
      return found;
    },
    kindsOf: (name) => kinds[name] ?? [],
  };

  function nounAt(words: readonly string[], start: number): Noun | null {
    for (let end = Math.min(words.length, start + LONGEST); end > start; end--) {
      const phrase = words.slice(start, end).join(' ');
      const word = singulars(phrase).find((form) => known.has(form));
      if (word !== undefined) return { ...(known.get(word) as Meaning), word, start, end };
    }
    return null;
  }
}

/** The phrase, and what it may be the plural of. */
function singulars(phrase: string): string[] {
  const forms = [phrase];
  for (const [plural, singular] of [
    [/ies$/, 'y'],
    [/ves$/, 'fe'],
    [/ves$/, 'f'],
    [/(?<=ch|sh|s|x|z|o)es$/, ''],
    [/(?<!s)s$/, ''],
  ] as const) {
    if (plural.test(phrase)) forms.push(phrase.replace(plural, singular));
  }
  return forms;
}
