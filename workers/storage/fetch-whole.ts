import { request } from './request.ts';
import { retrying } from './retry.ts';

/** A small file that is not stored under its own name (a descriptor, a listing), as text; null where there is none. */
export function fetchText(url: string, signal: AbortSignal): Promise<string | null> {
  return retrying(url, signal, async () => {
    const reply = await request(url, 0, { etag: null, modified: null }, signal);
    if (!reply) return null;
    const decoder = new TextDecoder();
    let text = '';
    for await (const piece of reply.body) text += decoder.decode(piece, { stream: true });
    return text + decoder.decode();
  });
}
