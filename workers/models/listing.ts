/** Lists the files of a folder with their sizes and hashes. */
import type { FileInfo } from '../../src/shared/descriptor.ts';
import { fetchText } from '../storage/fetch-text.ts';
import type { Fetcher } from '../storage/fetcher.ts';
import { NetworkError, probe } from '../storage/request.ts';
import { withRetries } from '../storage/retry.ts';

export interface Listing {
  /** The commit that the revision currently points to; its files never change. */
  commit: string;
  files: Record<string, FileInfo>;
  license: string | null;
}

/**
 * The hub's file listing of a model, with the SHA-256 of its large files (their ETags are not reliable hashes). Null if the API
 * is missing, as on a plain file mirror, or does not answer.
 */
export async function readListing(
  fetcher: Fetcher,
  hubUrl: string,
  { id, revision }: { id: string; revision: string },
  signal: AbortSignal,
): Promise<Listing | null> {
  const url = `${hubUrl}api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const text = await fetchText(fetcher, url, signal).catch((error) => {
    if (error instanceof NetworkError) return null;
    throw error;
  });
  return text === null ? null : parseListing(text);
}

export function parseListing(text: string): Listing | null {
  let answer: HubAnswer;
  try {
    answer = JSON.parse(text);
  } catch {
    return null;
  }
  if (!answer || typeof answer.sha !== 'string' || !Array.isArray(answer.siblings)) return null;
  const files: Record<string, FileInfo> = {};
  for (const { rfilename, size, lfs } of answer.siblings) {
    if (typeof rfilename !== 'string' || typeof size !== 'number') return null; // useless without sizes
    const sha256 = lfs?.sha256;
    files[rfilename] = typeof sha256 === 'string' ? { bytes: size, sha256 } : { bytes: size };
  }
  const license = answer.cardData?.license;
  return { commit: answer.sha, files, license: typeof license === 'string' ? license : null };
}

/** The part of the hub's answer that is used. Nothing in it is guaranteed. */
interface HubAnswer {
  sha?: unknown;
  siblings?: { rfilename?: unknown; size?: unknown; lfs?: { sha256?: unknown } | null }[];
  cardData?: { license?: unknown } | null;
}

/** Probes a single file. Sizes are as reported by the server and may be inexact. */
export function probeFile(fetcher: Fetcher, url: string, signal: AbortSignal): Promise<FileInfo | null> {
  return withRetries(url, signal, () => probe(fetcher, url, signal));
}
