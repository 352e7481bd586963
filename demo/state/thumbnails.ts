/** Thumbnails as blob URLs: fetched in batches, with the last few hundred cached. */
import { collection } from './collection.ts';

const MAX_CACHED = 400;
const urls = new Map<string, string | null>();
let wanted: { id: string; key: string; done: (url: string | null) => void }[] = [];

/** Resolves to null if the item has no picture. */
export function thumbnailUrl(id: string, contentHash: string): Promise<string | null> {
  const key = `${id} ${contentHash}`;
  const known = urls.get(key);
  if (known !== undefined) return Promise.resolve(known);
  return new Promise((done) => {
    wanted.push({ id, key, done });
    if (wanted.length === 1) requestAnimationFrame(() => void fetchWanted());
  });
}

async function fetchWanted(): Promise<void> {
  const batch = wanted;
  wanted = [];
  const blobs = await collection()
    .then((index) => index.thumbnails(batch.map(({ id }) => id)))
    .catch(() => []);
  for (const [at, { key, done }] of batch.entries()) {
    const blob = blobs[at];
    const url = urls.get(key) ?? (blob ? URL.createObjectURL(blob) : null);
    urls.set(key, url);
    done(url);
  }
  for (const [key, url] of urls) {
    if (urls.size <= MAX_CACHED) break;
    urls.delete(key);
    if (url) URL.revokeObjectURL(url);
  }
}

export async function thumbnailBlob(id: string): Promise<Blob | null> {
  const [blob] = await (await collection()).thumbnails([id]);
  return blob ?? null;
}
