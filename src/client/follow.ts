/** `openIndex(name, { from })`: the worker updates the index to the file's content; the page waits until there is something to search. */
import { isTteError } from '../shared/errors.ts';
import type { IndexRef } from '../shared/index-protocol.ts';
import { listener } from './callbacks.ts';
import type { OpenIndexOptions } from './index-types.ts';
import type { IndexContext } from './worker-call.ts';

export interface Following {
  /** Settles when the index equals the file. */
  updated: Promise<void>;
  /** Stops the update. */
  stop(): void;
}

/** Resolves as soon as there is something to search. @throws TteError as `updated`, if nothing is stored from earlier */
export async function follow(
  ref: IndexRef,
  url: string,
  { signal, onProgress }: Pick<OpenIndexOptions, 'signal' | 'onProgress'>,
  { call }: IndexContext,
): Promise<Following> {
  const ending = new AbortController();
  const abort = () => ending.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  let tellReady = () => {};
  const ready = new Promise<void>((resolve) => {
    tellReady = resolve;
  });
  const updated = call([], { signal: ending.signal, repeatable: true }, (host, request, callEnded) =>
    host.indexFollow(request, ref, url, listener(tellReady, callEnded), listener(onProgress, callEnded)),
  );
  const settled = () => signal?.removeEventListener('abort', abort);
  updated.then(settled, settled); // `whenUpdated` reports a failure
  try {
    await Promise.race([ready, updated]);
  } catch (error) {
    // Without the network, what an earlier visit has stored can still be searched.
    const { manifest } = await call([], {}, (host) => host.indexInfo(ref));
    if (manifest === null || !isTteError(error, 'download-failed')) throw error;
  }
  return { updated, stop: abort };
}
