/** Forwards the worker's questions to the page's own functions, for as long as the call they belong to is pending. */
import { TteError } from '../shared/errors.ts';
import type { ExternalEmbedder, ExternalReasoner } from '../shared/protocol.ts';
import type { OpenedEmbedder } from './custom-embedder.ts';
import { failingAs } from './failing-as.ts';
import type { ReasonerFunction, ReasonerInput } from './types.ts';

/** One pending call. `callEnded` aborts when it settles. */
export interface PendingCall {
  inputs: readonly ReasonerInput[];
  /** Listener for the text of the trace; undefined: none. */
  newRun: () => ((delta: string) => void) | undefined;
  callEnded: AbortSignal;
}

export interface FunctionCalls {
  readonly reasoner: ExternalReasoner | null;
  readonly embedder: ExternalEmbedder | null;
  open(request: number, pending: PendingCall): void;
}

export function createFunctionCalls(
  reasoner: ReasonerFunction | null,
  custom: OpenedEmbedder | null,
): FunctionCalls {
  const open = new Map<number, PendingCall>();
  const pendingCall = (request: number) => {
    const pending = open.get(request);
    if (pending === undefined) throw new TteError('aborted', 'The call has ended.');
    return pending;
  };
  return {
    open(request, pending) {
      open.set(request, pending);
      pending.callEnded.addEventListener('abort', () => open.delete(request), { once: true });
    },
    reasoner:
      reasoner &&
      (async (request, index, mode, { text, instruction, context }) => {
        const { inputs, newRun, callEnded: signal } = pendingCall(request);
        const input = { images: inputs[index]?.images ?? [], text, instruction, ...(context && { context }) };
        const onToken = newRun() ?? (() => {});
        return failingAs('reasoner-failed', 'The reasoner function', async () =>
          reasoner(input, { signal, onToken, mode }),
        );
      }),
    embedder:
      custom &&
      (async (request, input, role) => custom.embed(input, { role, signal: pendingCall(request).callEnded })),
  };
}
