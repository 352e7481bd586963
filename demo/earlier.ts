/** What was embedded before, nearest to the last input first. Vectors of another space are not compared. */
import type { Embedding } from 'think-then-embed';
import { byId, make } from './dom.ts';

interface Entry {
  label: string;
  /** URL of a picture, or null. */
  picture: string | null;
  space: string;
  vector: Float32Array;
}

const entries: Entry[] = [];

export function remember(label: string, picture: string | null, { space, vector }: Embedding): void {
  const latest = { label, picture, space, vector };
  const others = entries
    .map((entry) => ({ entry, similarity: entry.space === space ? cosine(entry.vector, vector) : null }))
    .sort((a, b) => (b.similarity ?? -2) - (a.similarity ?? -2));
  byId('earlier', HTMLOListElement).replaceChildren(
    ...others.map(({ entry, similarity }) => row(entry, similarity)),
  );
  byId('earlier-empty', HTMLParagraphElement).hidden = others.length > 0;
  entries.push(latest);
}

function row({ label, picture }: Entry, similarity: number | null): HTMLLIElement {
  const item = make('li');
  const glyph = picture
    ? make('img', '', { src: picture, alt: '' })
    : make('span', 'T', { class: 'glyph', 'aria-hidden': 'true' });
  const value = make('span', similarity === null ? 'other space' : similarity.toFixed(3), { class: 'value' });
  item.append(glyph, make('span', label, { class: 'label', title: label }), value);
  if (similarity !== null) {
    const meter = make('meter', '', { min: '0', max: '1', 'aria-label': 'similarity' });
    meter.value = Math.max(0, similarity);
    item.append(meter);
  }
  return item;
}

/** Both are L2-normalised. */
function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
