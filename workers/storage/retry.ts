import { TteError } from '../../src/shared/errors.ts';
import { sleep, throwIfAborted } from './aborted.ts';
import { NetworkError } from './request.ts';

/** Milliseconds to wait after the first, second … failure in a row. */
const backoff = [300, 1000, 3000];

/**
 * Repeats a step that fails for network trouble.
 * @param progressed whether the step got somewhere since it was asked last: then failures are counted from zero
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
