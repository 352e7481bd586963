/** Sources of traces: a local reasoner, a unified model, or the page's reasoner function. */

import { isTteError, TteError } from '../../src/shared/errors.ts';
import type { ExternalReasoner } from '../../src/shared/protocol.ts';
import { judgeTrace, parseTrace } from '../reasoner/trace.ts';
import type { Reasoner, ReasonerResult as ReasonerThought } from '../reasoner/types.ts';
import type { Unified } from '../reasoner/unified.ts';
import { untilAborted } from '../storage/aborted.ts';
import type { LocalTraceSource, ThinkCall, ThinkInput, TraceResult, TraceSource } from './types.ts';

export function localTraceSource(id: string, reasoner: Reasoner): LocalTraceSource {
  return {
    id,
    recipe: reasoner.recipe,
    supportsImages: reasoner.supportsImages,
    readsContext: reasoner.readsContext,
    local: true,
    longestMode: reasoner.longestMode,
    readsPrint: reasoner.readsPrint,
    followsObjects: reasoner.followsObjects,
    async shows(input, closely, signal) {
      return reasoner.shows(await decodedInput(input, reasoner), closely, signal);
    },
    async think(input, mode, call) {
      return {
        result: toTraceResult(await reasoner.think(await decodedInput(input, reasoner), mode, options(call))),
      };
    },
    async smokeTest({ mode, ...words }, maxTokens, signal) {
      return (await reasoner.think(textOnly(words), mode, { maxTokens, signal })).trace.text;
    },
    release: () => reasoner.release(),
  };
}

/** A unified model, whose states are passed on to its embedding head. */
export function unifiedTraceSource(id: string, model: Unified): LocalTraceSource {
  return {
    id,
    recipe: model.recipe,
    supportsImages: model.supportsImages,
    readsContext: model.readsContext,
    local: true,
    longestMode: model.longestMode,
    readsPrint: model.readsPrint,
    followsObjects: model.followsObjects,
    async shows(input, closely, signal) {
      return model.shows(await decodedInput(input, model), closely, signal);
    },
    async think(input, mode, call) {
      const { states, ...thought } = await model.think(await decodedInput(input, model), mode, options(call));
      return { result: toTraceResult(thought), ...(states && { states }) };
    },
    async smokeTest({ mode, ...words }, maxTokens, signal) {
      const { trace, states } = await model.think(textOnly(words), mode, { maxTokens, signal });
      states?.dispose();
      return trace.text;
    },
    release: async () => {}, // released together with its embedder
  };
}

/** Decodes the images, unless the reasoner reads text only. */
async function decodedInput({ images, layout, text, instruction, context }: ThinkInput, reasoner: Reasoner) {
  const pixels = reasoner.supportsImages ? await Promise.all(images.map((image) => image.pixels())) : [];
  return { images: pixels, text, instruction, arePages: layout === 'pages', ...(context && { context }) };
}

function textOnly({ text, instruction = '' }: { text: string; instruction?: string }) {
  return { images: [], text, instruction };
}

function options({ signal, onDelta }: ThinkCall) {
  return { signal, onDelta };
}

/** The part of a reasoner's result that is cached. */
function toTraceResult({ trace, discarded }: ReasonerThought): TraceResult {
  return { trace, ...(discarded ? { discarded } : {}) };
}

/** The reasoner function runs on the page and streams to the page's callback there; only its result is sent here. */
export function externalTraceSource(reasoner: ExternalReasoner): TraceSource {
  return {
    id: 'The reasoner function',
    supportsImages: true,
    readsContext: true,
    local: false,
    longestMode: 'full',
    async think({ text, instruction, context }, mode, { signal, request, index }) {
      const written: unknown = await untilAborted(
        reasoner(request, index, mode, { text, instruction, ...(context && { context }) }),
        signal,
      ).catch((cause: unknown) => {
        if (signal.aborted || isTteError(cause)) throw cause;
        const detail = cause instanceof Error ? cause.message : String(cause);
        throw new TteError('reasoner-failed', `The reasoner function failed: ${detail}`, { cause });
      });
      if (typeof written !== 'string') {
        const kind = written === null ? 'null' : typeof written;
        throw new TteError(
          'reasoner-failed',
          `The reasoner function must resolve to a string, the trace; it gave ${kind}.`,
        );
      }
      const trace = {
        ...parseTrace(written),
        tokens: 0,
        source: 'external' as const,
        stop: 'supplied' as const,
      };
      const discarded = judgeTrace(trace);
      return { result: { trace, ...(discarded ? { discarded } : {}) } };
    },
  };
}
