/** A page is embedded by its words, split into windows that fit the embedder's limit. */
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

/** The mean direction of the windows' vectors; a single vector is returned as it is. */
export function joinWindows(windows: readonly Encoded[]): Encoded {
  return {
    vector: meanDirection(windows.map(({ vector }) => vector)) as Encoded['vector'],
    tokens: windows.reduce((sum, { tokens }) => sum + tokens, 0),
    truncated: windows.some(({ truncated }) => truncated),
  };
}
