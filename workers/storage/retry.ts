import { TteError } from '../../src/shared/errors.ts';
import { sleep, throwIfAborted } from './aborted.ts';
import { NetworkError } from './request.ts';

/** Milliseconds to wait after each consecutive failure. */
const backoff = [300, 1000, 3000];

/**
 * Retries a step after network errors.
 * @param progressed whether the step has made progress since the last failure, which resets the count of failures
 * @throws TteError download-failed | aborted, and whatever else the step throws
 */
export async function withRetries<T>(
  name: string,
  signal: AbortSignal,
  step: () => Promise<T>,
  progressed: () => boolean = () => false,
): Promise<T> {
  for (let failures = 0; ; ) {
    try {
      return await step();
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof NetworkError)) throw error;
      if (progressed()) failures = 0;
      const wait = backoff[failures++];
      if (wait === undefined) {
        const what = `${name} could not be downloaded: ${error.message}. What has arrived is kept; call again to go on`;
        throw new TteError('download-failed', what, { cause: error });
      }
      await sleep(wait, signal);
    }
  }
}
