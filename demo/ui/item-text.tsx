/** What is shown of an item's text: of a hit the passage that was found, else the beginning; with the query's words marked. */
import type { SearchHit, StoredItem } from 'think-then-embed';
import { markedParts } from '../marked-words.ts';

const SHOWN = 1500;

export function shownText(item: StoredItem | SearchHit): string {
  const passage = 'passage' in item ? item.passage : null;
  return (passage?.text ?? item.text).slice(0, SHOWN);
}

export function ItemText({ item }: { item: StoredItem | SearchHit }) {
  const terms = 'terms' in item ? item.terms : [];
  return (
    <>
      {markedParts(shownText(item), terms).map(({ text, isMarked }, i) =>
        isMarked ? <mark key={i}>{text}</mark> : text,
      )}
    </>
  );
}
