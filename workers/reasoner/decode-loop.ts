/** Prefill and greedy decoding. Only `next_token` comes back from the device; everything else stays where it was computed. */
import type { Trace } from '../../src/shared/types.ts';
import type { Tensor } from '../runtime/types.ts';
import type { Decoder } from './decoder.ts';
import { createLoopDetector } from './loop-detector.ts';
import type { PrefixCache } from './prefix-cache.ts';
import { type PreparedPrompt, type Run, startRun } from './run.ts';
import { yieldToEventLoop } from './yield-to-event-loop.ts';

/** Prompt tokens in one pass: as fast as larger passes (docs/decoding.md), and `abort` is heard soon. */
const CHUNK = 64;
/** A shared beginning shorter than this is cheaper to compute than to keep. */
const MIN_STABLE = 16;

/** Starts from the longest kept beginning, if the model allows one. */
export function beginRun(decoder: Decoder, prefixes: PrefixCache, prompt: PreparedPrompt): Run {
  return startRun(decoder, prompt, isShared(decoder, prompt) ? prefixes.find(prompt.ids) : null);
}

/**
 * Feeds the prompt in chunks, aborting between them, and keeps its stable beginning for later inputs.
 * @returns the first generated token (the caller's to dispose), null unless asked for
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
  // What sees the whole prompt at once, or carries tensors that nothing says how to split, goes in one piece.
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
  /** Most tokens to generate, at least 1. */
  maxTokens: number;
  signal: AbortSignal;
  /** More will be fed after the end, so nothing may be fed beyond it. */
  goesOn: boolean;
  /** May throw: generation ends and everything is freed. */
  onToken: (id: number) => void;
}

/**
 * Goes on greedily from `first`, which it disposes. End tokens are neither fed nor reported. Where a head wants states,
 * the last token is fed, too: its states exist only then.
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
      // A GPU need not wait for us to read its choice: the next pass is queued behind it, for nothing if this is the end.
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
