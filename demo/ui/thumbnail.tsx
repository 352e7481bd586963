/** An item's thumbnail, fetched from the index when it scrolls into view; for a text its beginning. */
import { useEffect, useState } from 'preact/hooks';
import type { StoredItem } from 'think-then-embed';
import { thumbnailUrl } from '../state/thumbnails.ts';

export function Thumbnail({ item, alt = '' }: { item: StoredItem; alt?: string }) {
  const [url, setUrl] = useState<string | null>(null);
  const { id, text, contentHash } = item;
  useEffect(() => {
    let wanted = true;
    setUrl(null);
    void thumbnailUrl(id, contentHash).then((found) => wanted && setUrl(found));
    return () => {
      wanted = false;
    };
  }, [id, contentHash]);
  if (url) return <img class="thumbnail" src={url} alt={alt} loading="lazy" draggable={false} />;
  return <p class="thumbnail words">{text}</p>;
}
