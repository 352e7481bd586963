/** Words and sentences of texts of any length. */

const segmenters = {
  sentence: new Intl.Segmenter(undefined, { granularity: 'sentence' }),
  word: new Intl.Segmenter(undefined, { granularity: 'word' }),
};
/** Characters that are segmented at once, where a segment is not longer. */
const WINDOW = 2000;
/** A window's last segments are found again in the next one: what follows may move their limits. */
const UNSURE = 4;

export type Segment = Pick<Intl.SegmentData, 'segment' | 'isWordLike'>;

/**
 * Together they are the text. As `Intl.Segmenter` gives them, but in a time that grows with the text's length: V8 copies the whole text
 * for each segment, so that a paragraph of a megabyte would take minutes.
 */
export function* segments(text: string, granularity: keyof typeof segmenters): Generator<Segment> {
  for (let from = 0, size = WINDOW; from < text.length; ) {
    const found = [...segmenters[granularity].segment(text.slice(from, from + size))];
    const isLast = from + size >= text.length;
    const sure = isLast ? found : found.slice(0, -UNSURE);
    yield* sure;
    // A segment longer than the window is looked for in a larger one.
    size = sure.length === 0 ? 2 * size : WINDOW;
    for (const { segment } of sure) from += segment.length;
  }
}
