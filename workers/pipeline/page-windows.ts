/** A page is embedded as the words on it: in windows that an embedder reads whole, however long it is. */
import type { Encoded, EncodeItem } from '../embedder/types.ts';
import { meanDirection } from '../embedder/vector.ts';
import { splitPassages } from '../text/passages.ts';

/** The windows of the words on a page, in place of its image; the input's own text, if any, stands before each. */
export function pageWindows(item: EncodeItem, words: string): EncodeItem[] {
  const section = { headings: [], anchor: null, paragraphs: [words] };
  return splitPassages([section], { overlap: 0 }).map(({ text }) => ({
    ...item,
    images: [],
    text: item.text.trim() === '' ? text : `${item.text}\n${text}`,
    trace: null,
    states: undefined,
  }));
}

/** The mean direction of the windows' vectors. What has a single part is that part. */
export function joinWindows(windows: readonly Encoded[]): Encoded {
  return {
    vector: meanDirection(windows.map(({ vector }) => vector)) as Encoded['vector'],
    tokens: windows.reduce((sum, { tokens }) => sum + tokens, 0),
    truncated: windows.some(({ truncated }) => truncated),
  };
}
