const WORDS = 120;

/** Splits text into passages of at most 120 words: short paragraphs are joined, long ones are cut. */
export function passages(text: string): string[] {
  const made: string[] = [];
  let words: string[] = [];
  const close = () => {
    if (words.length > 0) made.push(words.join(' '));
    words = [];
  };
  for (const paragraph of text.split(/\n\s*\n/)) {
    const next = paragraph.split(/\s+/).filter(Boolean);
    if (words.length + next.length > WORDS) close();
    for (const word of next) {
      words.push(word);
      if (words.length === WORDS) close();
    }
  }
  close();
  return made;
}
