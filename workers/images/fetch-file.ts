/** Fetches the file at a URL. */
import { abortedError, invalid } from '../../src/shared/errors.ts';
import type { Fetcher } from '../storage/fetcher.ts';

/** @throws TteError invalid-input | aborted */
export async function fetchFile(fetcher: Fetcher, url: string, signal: AbortSignal): Promise<Blob> {
  if (url.startsWith('data:')) return fromDataUrl(url);
  const response = await fetcher.fetch(url, { signal }).catch((cause) => {
    if (signal.aborted) throw abortedError(signal);
    throw invalid(
      `${url} cannot be fetched. From another origin it must allow CORS, and a page's policy must allow it.`,
      cause,
    );
  });
  if (!response.ok) throw invalid(`${url} answered ${response.status}.`);
  return response.blob();
}

/** Decodes a data URL without `fetch`, which strict policies (without `connect-src data:`) forbid. */
function fromDataUrl(url: string): Blob {
  const comma = url.indexOf(',');
  const head = url.slice('data:'.length, comma).split(';');
  try {
    const body = decodeURIComponent(url.slice(comma + 1));
    const bytes = head.includes('base64')
      ? Uint8Array.from(atob(body), (char) => char.charCodeAt(0))
      : new TextEncoder().encode(body);
    return new Blob([bytes], { type: head[0] ?? '' });
  } catch (cause) {
    throw invalid('The data URL is malformed.', cause);
  }
}
