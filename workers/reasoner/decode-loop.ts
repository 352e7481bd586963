/** Prefill and greedy decoding. Only `next_token` is read back from the device; everything else stays there. */
import type { Trace } from '../../src/shared/types.ts';
import type { Tensor } from '../runtime/types.ts';
import { yieldToEventLoop } from '../yield-to-event-loop.ts';
import type { Decoder } from './decoder.ts';
import { createLoopDetector } from './loop-detector.ts';
import type { PrefixCache } from './prefix-cache.ts';
import { type PreparedPrompt, type Run, startRun } from './run.ts';

/** Prompt tokens per pass: as fast as larger passes (docs/decoding.md), and aborts take effect soon. */
const CHUNK = 64;
/** Prefixes shorter than this are cheaper to compute than to cache. */
const MIN_STABLE = 16;

/** Starts from the longest cached prefix, if the model allows one. */
export function beginRun(decoder: Decoder, prefixes: PrefixCache, prompt: PreparedPrompt): Run {
  return startRun(decoder, prompt, isShared(decoder, prompt) ? prefixes.find(prompt.ids) : null);
}

/**
 * Feeds the prompt in chunks, checking for aborts between them, and caches its stable prefix for later inputs.
 * @returns the first generated token, which the caller disposes; null unless requested
 */
export async function prefill(
  decoder: Decoder,
  prefixes: PrefixCache,
  run: Run,
  prompt: PreparedPrompt,
  wantNext: boolean,
  signal: AbortSignal,
): Promise<Tensor | null> {
  const { ids, stable } = prompt;
  const shared = isShared(decoder, prompt) && stable >= MIN_STABLE && run.past < stable;
  // Prompts with bidirectional attention, or with tensors that cannot be split, are fed in one piece.
  const chunk = decoder.prefixLm || (decoder.carried.length > 0 && prompt.images) ? ids.length : CHUNK;
  for (;;) {
    signal.throwIfAborted();
    const border = shared && run.past < stable ? stable : ids.length;
    const end = Math.min(run.past + chunk, border);
    const isLast = end === ids.length;
    const next = await run.feedPrompt(end, isLast && wantNext);
    if (isLast) return next;
    if (shared && end === stable) prefixes.put(run.snapshot());
    await yieldToEventLoop();
  }
}

export interface DecodeOptions {
  eos: ReadonlySet<number>;
  /** Maximum number of tokens to generate, at least 1. */
  maxTokens: number;
  signal: AbortSignal;
  /** More tokens will be fed after the end, so none may be fed beyond it. */
  goesOn: boolean;
  /** May throw, which ends the generation and frees everything. */
  onToken: (id: number) => void;
}

/**
 * Decodes greedily from `first`, which it disposes. End tokens are neither fed nor reported. For an embedding head the last
 * token is fed, too, since its states exist only then.
 */
export async function decode(
  decoder: Decoder,
  run: Run,
  first: Tensor,
  { eos, maxTokens, signal, goesOn, onToken }: DecodeOptions,
): Promise<{ tokens: number; stop: Exclude<Trace['stop'], 'supplied'> }> {
  const loop = createLoopDetector();
  const feedLast = decoder.keep.length > 0;
  let next = first;
  let ahead: Tensor | null = null;
  try {
    for (let tokens = 0; ; ) {
      await yieldToEventLoop();
      signal.throwIfAborted();
      // The GPU does not wait until its choice is read: the next pass is queued behind it, in vain if this was the end.
      const isAhead = decoder.runtime.device === 'webgpu' && !goesOn && tokens + 1 < maxTokens;
      const [read, fed] = await Promise.allSettled([readToken(next), isAhead ? run.feedToken(next) : null]);
      ahead = settledValue(fed);
      const id = settledValue(read);
      if (eos.has(id)) {
        if (ahead) run.dropLast();
        return { tokens, stop: 'end' };
      }
      tokens++;
      onToken(id);
      const stop = loop.push(id) ? 'loop' : tokens >= maxTokens ? 'budget' : null;
      if (stop && !feedLast) return { tokens, stop };
      ahead ??= await run.feedToken(next);
      next.dispose();
      next = ahead;
      ahead = null;
      if (stop) return { tokens, stop };
    }
  } finally {
    next.dispose();
    ahead?.dispose();
  }
}

function settledValue<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

function isShared(decoder: Decoder, prompt: PreparedPrompt): boolean {
  return !decoder.prefixLm && !(decoder.carried.length > 0 && prompt.images);
}

async function readToken(token: Tensor): Promise<number> {
  const data = (await token.getData()) as BigInt64Array;
  return Number(data[0]);
}
