/** A running search as returned to the caller: iterable by stage, and a promise of the last one. */
import { TteError } from '../shared/errors.ts';
import type { SearchResult } from '../shared/index-types.ts';
import type { SearchRun } from './index-types.ts';

/**
 * Starts when it is first iterated or awaited.
 * @param signal the caller's signal; `start` refuses what is none
 * @param start runs the search and reports each stage until `stop` aborts
 */
export function createSearchRun(
  signal: AbortSignal | undefined,
  start: (onResult: (result: SearchResult) => void, stop: AbortSignal) => Promise<void>,
): SearchRun {
  const stop = new AbortController();
  const results: SearchResult[] = [];
  let running: Promise<void> | undefined;
  let isOver = false;
  let wake = () => {};

  /** Settles with the search. */
  function run(): Promise<void> {
    if (running !== undefined) return running;
    const abort = () => stop.abort(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener?.('abort', abort, { once: true });
    const tell = (result: SearchResult) => {
      if (results.some(({ stage }) => stage === result.stage)) return; // the call was repeated
      results.push(result);
      wake();
    };
    running = start(tell, stop.signal).finally(() => {
      signal?.removeEventListener?.('abort', abort);
      isOver = true;
      wake();
    });
    running.catch(() => {}); // reported when the caller iterates or awaits
    return running;
  }

  async function* stages(): AsyncGenerator<SearchResult, void, undefined> {
    const ended = run();
    try {
      for (let i = 0; ; i++) {
        while (i === results.length && !isOver) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (i === results.length) break;
        yield results[i] as SearchResult;
      }
      await ended;
    } finally {
      stop.abort(new TteError('aborted', 'The search was left.'));
    }
  }

  async function last(): Promise<SearchResult> {
    await run();
    return results.at(-1) as SearchResult; // a search that ends well has told at least one
  }

  const iterator = stages();
  return {
    next: () => iterator.next(),
    return: () => iterator.return(),
    [Symbol.asyncIterator]() {
      return this;
    },
    // biome-ignore lint/suspicious/noThenProperty: a search is also the promise of its last stage
    then: (onResult, onError) => last().then(onResult, onError),
    catch: (onError) => last().catch(onError),
    finally: (onEnd) => last().finally(onEnd),
    [Symbol.toStringTag]: 'SearchRun',
  };
}
