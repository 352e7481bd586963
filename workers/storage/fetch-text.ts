import type { Fetcher } from './fetcher.ts';
import { orNullForHtml } from './html.ts';
import { request } from './request.ts';
import { withRetries } from './retry.ts';

/** Fetches a small file (a descriptor) as text, without storing it; null if there is none. @throws as `request` */
export async function fetchText(fetcher: Fetcher, url: string, signal: AbortSignal): Promise<string | null> {
  const reply = await orNullForHtml(request(fetcher, url, 0, { etag: null, modified: null }, signal));
  if (!reply) return null;
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of reply.body) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

/** The same, with retries after network errors. */
export function fetchTextWithRetries(
  fetcher: Fetcher,
  url: string,
  signal: AbortSignal,
): Promise<string | null> {
  return withRetries(url, signal, () => fetchText(fetcher, url, signal));
}
