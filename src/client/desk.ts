/** Answers the worker's questions for a trace (TTE_t), as long as the call they belong to is pending. */
import { isTteError, TteError } from '../shared/errors.ts';
import type { Teacher } from '../shared/protocol.ts';
import type { ReasonerFunction, ReasonerInput } from './types.ts';

/** One pending call. `over` aborts when it has ended, however it ended. */
export interface Pending {
  inputs: readonly ReasonerInput[];
  onToken: (delta: string) => void;
  over: AbortSignal;
}

export interface Desk {
  answer: Teacher;
  open(request: number, pending: Pending): void;
}

export function createDesk(reasoner: ReasonerFunction): Desk {
  const open = new Map<number, Pending>();
  return {
    open(request, pending) {
      open.set(request, pending);
      pending.over.addEventListener('abort', () => open.delete(request), { once: true });
    },
    async answer(request, index, mode) {
      const pending = open.get(request);
      const input = pending?.inputs[index];
      if (pending === undefined || input === undefined) throw new TteError('aborted', 'The call has ended.');
      try {
        return await reasoner(input, { signal: pending.over, onToken: pending.onToken, mode });
      } catch (cause) {
        if (isTteError(cause)) throw cause;
        throw new TteError('reasoner-failed', `The reasoner function failed: ${cause}`, { cause });
      }
    },
  };
}
