/** Forwards the worker's trace requests to the reasoner function, for as long as the call they belong to is pending. */
import { isTteError, TteError } from '../shared/errors.ts';
import type { ExternalReasoner } from '../shared/protocol.ts';
import type { ReasonerFunction, ReasonerInput } from './types.ts';

/** One pending call. `callEnded` aborts when it has ended, however it ended. */
export interface PendingCall {
  inputs: readonly ReasonerInput[];
  /** What a trace is told to, from its beginning; undefined: nobody listens. */
  newRun: () => ((delta: string) => void) | undefined;
  callEnded: AbortSignal;
}

export interface ReasonerCalls {
  answer: ExternalReasoner;
  open(request: number, pending: PendingCall): void;
}

export function createReasonerCalls(reasoner: ReasonerFunction): ReasonerCalls {
  const open = new Map<number, PendingCall>();
  return {
    open(request, pending) {
      open.set(request, pending);
      pending.callEnded.addEventListener('abort', () => open.delete(request), { once: true });
    },
    async answer(request, index, mode, { text, instruction }) {
      const pending = open.get(request);
      if (pending === undefined) throw new TteError('aborted', 'The call has ended.');
      const input = { images: pending.inputs[index]?.images ?? [], text, instruction };
      try {
        const onToken = pending.newRun() ?? (() => {});
        return await reasoner(input, { signal: pending.callEnded, onToken, mode });
      } catch (cause) {
        if (isTteError(cause)) throw cause;
        const detail = cause instanceof Error ? cause.message || cause.name : String(cause);
        throw new TteError('reasoner-failed', `The reasoner function failed: ${detail}`, { cause });
      }
    },
  };
}
