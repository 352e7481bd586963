/** An item's thumbnail, fetched from the index when it scrolls into view; for a text what it says. */
import { useEffect, useState } from 'preact/hooks';
import type { SearchHit, StoredItem } from 'think-then-embed';
import { thumbnailUrl } from '../state/thumbnails.ts';
import { ItemText } from './item-text.tsx';

export function Thumbnail({ item, alt = '' }: { item: StoredItem | SearchHit; alt?: string }) {
  const [url, setUrl] = useState<string | null>(null);
  const { id, contentHash } = item;
  useEffect(() => {
    let wanted = true;
    setUrl(null);
    void thumbnailUrl(id, contentHash).then((found) => wanted && setUrl(found));
    return () => {
      wanted = false;
    };
  }, [id, contentHash]);
  if (url) return <img class="thumbnail" src={url} alt={alt} loading="lazy" draggable={false} />;
  return (
    <p class="thumbnail words">
      <ItemText item={item} />
    </p>
  );
}
