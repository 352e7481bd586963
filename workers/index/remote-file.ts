/** A file on a server, read by HTTP ranges if the server supports them, otherwise as a whole. */
import { TteError } from '../../src/shared/errors.ts';
import { throwIfAborted } from '../storage/aborted.ts';
import type { Fetcher } from '../storage/fetcher.ts';

/** Identifies a version of a file; fields are null if the server does not send them. */
export interface FileVersion {
  etag: string | null;
  modified: string | null;
  bytes: number;
}

export interface RemoteFile {
  readonly version: FileVersion;
  readonly byteLength: number;
  /** @throws TteError download-failed, also if the file has changed since it was opened | aborted */
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

/** Bytes fetched per request at least, so that consecutive small reads share one request. */
const READ_AHEAD = 1 << 20;

/** Returns null if the file is unchanged since `known`. @throws TteError download-failed | aborted */
export async function openRemoteFile(
  { fetch, isOwn }: Fetcher,
  url: string,
  known: FileVersion | null,
  signal: AbortSignal,
): Promise<RemoteFile | null> {
  const ask = async (init: RequestInit): Promise<Response> => {
    const response = await fetch(url, { cache: 'no-cache', ...init, signal }).catch((cause) => {
      throwIfAborted(signal);
      throw failed(url, `could not be fetched (${cause})`, cause);
    });
    if (response.ok) return response;
    await response.body?.cancel();
    throw failed(url, `answers ${response.status}`);
  };
  const head = await ask({ method: 'HEAD' });
  if (/^text\/html\b/i.test(head.headers.get('Content-Type') ?? '')) throw failed(url, 'is a page of HTML');
  // With a content encoding, lengths and ranges are those of the compressed response and not of the file.
  const length = head.headers.get('Content-Encoding') ? null : head.headers.get('Content-Length');
  const version = versionOf(head, Number(length ?? 0));
  if (known !== null && isSame(known, version)) return null;
  // Without a version, pieces of two files could not be told apart.
  const hasVersion = version.etag !== null || version.modified !== null;
  const ranged = isOwn(url) && hasVersion && length !== null && head.headers.get('Accept-Ranges') !== 'none';
  return (ranged && (await openRanged(url, version, ask))) || openWhole(version, await ask({}));
}

/** Returns null if the server turns out not to support ranges. */
async function openRanged(
  url: string,
  version: FileVersion,
  ask: (init: RequestInit) => Promise<Response>,
): Promise<RemoteFile | null> {
  const { bytes } = version;
  let held = { start: 0, data: new ArrayBuffer(0) };

  async function read(start: number, end: number): Promise<ArrayBuffer | null> {
    const response = await ask({ headers: { Range: `bytes=${start}-${end - 1}` } });
    if (response.status !== 206) {
      await response.body?.cancel();
      return null;
    }
    const total = /\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '')?.[1];
    if (!isSame(version, versionOf(response, Number(total ?? bytes))))
      throw failed(url, 'has changed meanwhile');
    const data = await response.arrayBuffer();
    if (data.byteLength !== end - start) throw failed(url, 'gave less than it announced');
    return data;
  }

  async function hold(start: number, end: number): Promise<boolean> {
    const data = await read(start, end);
    if (data !== null) held = { start, data };
    return data !== null;
  }

  // A Parquet reader reads the footer first.
  if (bytes > 0 && !(await hold(Math.max(0, bytes - READ_AHEAD / 2), bytes))) return null;
  return {
    version,
    byteLength: bytes,
    async slice(start, end = bytes) {
      const isHeld = () => start >= held.start && end <= held.start + held.data.byteLength;
      if (!isHeld() && !(await hold(start, Math.max(end, Math.min(bytes, start + READ_AHEAD))))) {
        throw failed(url, 'no longer supports range requests');
      }
      return held.data.slice(start - held.start, end - held.start);
    },
  };
}

async function openWhole(version: FileVersion, response: Response): Promise<RemoteFile> {
  const data = await response.arrayBuffer();
  return {
    version: { ...versionOf(response, data.byteLength), bytes: version.bytes },
    byteLength: data.byteLength,
    slice: async (start, end) => data.slice(start, end),
  };
}

function versionOf({ headers }: Response, bytes: number): FileVersion {
  return { etag: headers.get('ETag'), modified: headers.get('Last-Modified'), bytes };
}

/** A strong or weak ETag says enough; without one the time and the length must do. */
function isSame(a: FileVersion, b: FileVersion): boolean {
  if (a.etag !== null || b.etag !== null) return a.etag === b.etag;
  return a.modified !== null && a.modified === b.modified && a.bytes === b.bytes;
}

function failed(url: string, how: string, cause?: unknown): TteError {
  return new TteError('download-failed', `The index file ${url} ${how}.`, { cause });
}
