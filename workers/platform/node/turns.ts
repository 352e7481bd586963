/** A lock within one process: any number of readers, or one writer, in the order of their requests. */
import { abortedError } from '../../../src/shared/errors.ts';
import type { LockMode } from '../../storage/locks.ts';

/** Resolves to a release function once the lock is held. @throws TteError aborted */
export type Turns = (mode: LockMode, signal: AbortSignal | null) => Promise<() => void>;

interface Waiting {
  mode: LockMode;
  start: () => void;
}

export function createTurns(): Turns {
  const queue: Waiting[] = [];
  let readers = 0;
  let isWriting = false;

  function advance(): void {
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      if (isWriting || (next.mode === 'exclusive' && readers > 0)) return;
      queue.shift();
      if (next.mode === 'exclusive') isWriting = true;
      else readers++;
      next.start();
    }
  }

  function giveBack(mode: LockMode): void {
    if (mode === 'exclusive') isWriting = false;
    else readers--;
    advance();
  }

  return (mode, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortedError(signal));
      const abort = () => {
        queue.splice(queue.indexOf(waiting), 1);
        reject(abortedError(signal as AbortSignal));
        advance();
      };
      const waiting: Waiting = {
        mode,
        start: () => {
          signal?.removeEventListener('abort', abort);
          let isHeld = true;
          resolve(() => {
            if (isHeld) giveBack(mode);
            isHeld = false;
          });
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      queue.push(waiting);
      advance();
    });
}
