/** Generates the text of a trace after its prompt. */
import { TteError } from '../../src/shared/errors.ts';
import type { Trace } from '../../src/shared/types.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';
import { beginRun, decode, prefill } from './decode-loop.ts';
import type { Decoder } from './decoder.ts';
import { createDeltaWriter } from './deltas.ts';
import type { Glossary } from './glossary.ts';
import type { PrefixCache } from './prefix-cache.ts';
import type { PreparedPrompt, Run } from './run.ts';
import { parseTrace } from './trace.ts';

interface Writer {
  decoder: Decoder;
  tokenizer: TextTokenizer;
  prefixes: PrefixCache;
}

interface Writing {
  /** The prompt contains the whole trace: nothing is generated. */
  isWhole: boolean;
  /** Appended to a trace that was generated to its end, after what `explains` says about its answer. */
  addition: string;
  explains: Glossary | null;
  maxTokens: number;
  onDelta: (delta: string) => void;
  signal: AbortSignal;
}

interface Written {
  text: string;
  tokens: number;
  stop: Exclude<Trace['stop'], 'supplied'>;
  reusedTokens: number;
  /** When the prompt had been read, as by `performance.now()`. */
  prefilled: number;
}

/**
 * @param useRun may read the run's states before they are disposed
 * @throws TteError run-failed | aborted
 */
export async function writeTrace(
  { decoder, tokenizer, prefixes }: Writer,
  prompt: PreparedPrompt,
  { isWhole, addition, explains, maxTokens, onDelta, signal }: Writing,
  useRun: (run: Run, prompt: PreparedPrompt) => Promise<void>,
): Promise<Written> {
  const run = beginRun(decoder, prefixes, prompt);
  const reusedTokens = run.past;
  try {
    const first = await prefill(decoder, prefixes, run, prompt, !isWhole, signal);
    if (!first && !isWhole) throw new TteError('run-failed', 'The decoder gave no next token.');
    const prefilled = performance.now();

    const stream = tokenizer.stream();
    const deltas = createDeltaWriter(onDelta);
    let text = '';
    const write = (delta: string): void => {
      text += delta;
      deltas.write(delta);
    };
    // The given start belongs to the trace, and the text of the first token depends on it.
    for (const id of prompt.ids.slice(prompt.prefixLength)) write(stream.push(id));
    // The states of appended text are needed only for an embedding head.
    const feedsMore = (explains !== null || addition !== '') && decoder.keep.length > 0;
    const { tokens, stop } = first
      ? await decode(decoder, run, first, {
          eos: tokenizer.eos,
          maxTokens,
          signal,
          goesOn: feedsMore,
          onToken: (id) => write(stream.push(id)),
        })
      : { tokens: 0, stop: 'end' as const };
    write(stream.end());
    if (first && stop === 'end') {
      const more = (explains?.expansionFor(parseTrace(text).answer) ?? '') + addition;
      if (more !== '' && feedsMore) await run.feedText(tokenizer.encode(more, { specials: false }).ids);
      write(more);
    }
    deltas.flush();

    await useRun(run, prompt);
    return { text, tokens, stop, reusedTokens, prefilled };
  } finally {
    run.dispose();
  }
}
