/** Who writes traces: the local reasoner, or the page's reasoner function (TTE_t). */

import { isTteError, TteError } from '../../src/shared/errors.ts';
import type { Teacher } from '../../src/shared/protocol.ts';
import { judgeTrace, parseTrace } from '../reasoner/trace.ts';
import type { Reasoner, Thought as ReasonerThought } from '../reasoner/types.ts';
import type { Unified } from '../reasoner/unified.ts';
import type { LocalThinker, ThinkCall, Thinker, ThinkInput, Thought } from './types.ts';

export function localThinker(id: string, reasoner: Reasoner): LocalThinker {
  return {
    id,
    images: reasoner.images,
    local: true,
    longest: reasoner.longest,
    async think(input, mode, call) {
      return { thought: kept(await reasoner.think(await seen(input, reasoner), mode, options(call))) };
    },
    async rehearse({ mode, ...words }, maxTokens, signal) {
      return (await reasoner.think(wordsOnly(words), mode, { maxTokens, signal })).trace.text;
    },
    release: () => reasoner.release(),
  };
}

/** A unified model's states go on to its head. */
export function unifiedThinker(id: string, model: Unified): LocalThinker {
  return {
    id,
    images: model.images,
    local: true,
    longest: model.longest,
    async think(input, mode, call) {
      const { states, ...thought } = await model.think(await seen(input, model), mode, options(call));
      return { thought: kept(thought), states };
    },
    async rehearse({ mode, ...words }, maxTokens, signal) {
      const { trace, states } = await model.think(wordsOnly(words), mode, { maxTokens, signal });
      states.dispose();
      return trace.text;
    },
    release: async () => {}, // its embedder's release is its own
  };
}

/** A reasoner without eyes thinks about the words. */
async function seen({ images, text, instruction }: ThinkInput, reasoner: Reasoner) {
  const pixels = reasoner.images ? await Promise.all(images.map((image) => image.pixels())) : [];
  return { images: pixels, text, instruction };
}

function wordsOnly({ text, instruction = '' }: { text: string; instruction?: string }) {
  return { images: [], text, instruction };
}

function options({ signal, onDelta }: ThinkCall) {
  return { signal, onDelta };
}

/** What is worth remembering of a thought. */
function kept({ trace, discarded }: ReasonerThought): Thought {
  return { trace, ...(discarded ? { discarded } : {}) };
}

/** The function runs on the page and streams to the page's listener there; only its result comes here. */
export function teacherThinker(id: string, teacher: Teacher): Thinker {
  return {
    id,
    images: true,
    local: false,
    longest: 'full',
    async think(_, mode, { signal, request, index }) {
      const text = await aborts(teacher(request, index, mode), signal).catch((cause: unknown) => {
        if (signal.aborted || isTteError(cause)) throw cause;
        const detail = cause instanceof Error ? cause.message : String(cause);
        throw new TteError('reasoner-failed', `The reasoner "${id}" failed: ${detail}`, { cause });
      });
      const trace = { ...parseTrace(text), tokens: 0, source: 'teacher' as const, stop: 'supplied' as const };
      const discarded = judgeTrace(trace);
      return { thought: { trace, ...(discarded ? { discarded } : {}) } };
    },
  };
}

/** Settles as the promise does, or rejects with the signal's reason first. */
function aborts<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
