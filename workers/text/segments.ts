/** Graphemes, words and sentences of texts of any length. */

const segmenters = {
  grapheme: new Intl.Segmenter(undefined, { granularity: 'grapheme' }),
  sentence: new Intl.Segmenter(undefined, { granularity: 'sentence' }),
  word: new Intl.Segmenter(undefined, { granularity: 'word' }),
};
/** Number of characters that are segmented at once, unless a segment is longer. */
const WINDOW = 2000;
/** The last segments of a window are segmented again in the next one, since the following text may move their limits. */
const UNSURE = 4;

export type Segment = Pick<Intl.SegmentData, 'segment' | 'isWordLike'>;

/**
 * The segments of `Intl.Segmenter`, which together are the text, in linear time: V8 copies the whole text for each segment, so a
 * paragraph of a megabyte would take minutes.
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
