/** A unified model: its embedding head reads the states that the decoder computes while it generates the trace. */

import { isTteError } from '../../src/shared/errors.ts';
import type { Role } from '../../src/shared/types.ts';
import type { ModelFolder } from '../models/folder.ts';
import { unifiedEmbed } from '../models/prompts.ts';
import type { Dtypes, Runtime } from '../runtime/types.ts';
import type { Recipe } from '../storage/keys.ts';
import { beginRun, prefill } from './decode-loop.ts';
import { openEngine } from './engine.ts';
import type { PreparedPrompt } from './run.ts';
import { encodeBatch, type States, takeStates } from './states.ts';
import { escapeTrace, fitTrace, parseTrace } from './trace.ts';
import type { Reasoner, ReasonerResult, ThinkInput, ThinkOptions } from './types.ts';

export interface UnifiedResult extends ReasonerResult {
  /** The head's inputs over prompt and trace; the caller disposes them. Absent if the decoder wrote nothing, as for a page. */
  states?: States;
}

export interface PreparedInput {
  /** Number of tokens to encode: prompt, visual tokens and trace. */
  tokens: number;
  truncated: boolean;
  /** Whether it may share a pass with other such inputs. */
  batchable: boolean;
  prompt: PreparedPrompt;
}

export interface GivenTrace {
  text: string;
  mode: 'answer' | 'full';
  /** Whether the model wrote it itself. The head for photographs was not trained on other traces, for which the other head retrieves better. */
  isOwn: boolean;
}

export interface Unified extends Reasoner {
  /** The recipe of the vectors that a head computes from its states. */
  readonly embedRecipe: Recipe;
  think(input: ThinkInput, mode: 'answer' | 'full', options: ThinkOptions): Promise<UnifiedResult>;
  /** Prepares an input with a given trace, or none, for encoding. Runs the vision encoder. */
  prepare(
    input: ThinkInput & { role: Role },
    trace: GivenTrace | null,
    signal: AbortSignal,
  ): Promise<PreparedInput>;
  /** One causal pass over prompt and trace; several inputs only if all are batchable. The caller disposes the states. */
  encode(inputs: readonly PreparedInput[], signal: AbortSignal): Promise<States>;
}

/**
 * Largest share of the context for a supplied trace; a longer one is cut, so that there is room for the input. The next smaller share is
 * used if the prompt does not fit next to it even without its text.
 */
const TRACE_SHARES = [0.75, 0.5, 0.25, 0];

/** @param headInputs input names of the embedding head, which is opened in parallel; decoder outputs of these names are kept */
export async function openUnified(
  runtime: Runtime,
  folder: ModelFolder,
  dtypes: Dtypes,
  headInputs: Promise<readonly string[]>,
  signal: AbortSignal,
): Promise<Unified> {
  const engine = await openEngine(runtime, folder, dtypes, headInputs, signal);
  const { decoder, prefixes, prompts, tokenizer } = engine;
  const embedPrompts = folder.descriptor.prompts.embed ?? unifiedEmbed;

  /** The prompt of a trace's form, with the trace at the beginning of the model's turn. */
  function forced({ text, mode }: { text: string; mode: 'answer' | 'full' }, share: number) {
    const { maxTokens } = folder.descriptor.text;
    const asWords = (part: string) => tokenizer.escapeControlTokens(tokenizer.beginning(part, maxTokens));
    const begun = (trace: string) => withStart(escapeTrace(trace, asWords), prompts[mode].start);
    const most = Math.floor(share * maxTokens);
    const fits = (trace: string) =>
      !tokenizer.encode(begun(trace), { specials: false, maxTokens: most }).truncated;
    const { text: fitting, truncated } = fitTrace(parseTrace(text), fits);
    return { prompt: { ...prompts[mode], start: begun(fitting) }, truncated };
  }

  return {
    recipe: engine.recipe,
    embedRecipe: {
      always: {
        prompts: embedPrompts,
        limits: folder.descriptor.text,
        images: folder.descriptor.image ?? null,
      },
      withTrace: { prompts, shares: TRACE_SHARES },
    },
    supportsImages: engine.vision !== null,
    readsContext: engine.contextPrompt !== null,
    longestMode: prompts.auto ?? 'full',

    readsPrint: engine.readsPrint,
    followsObjects: engine.followsObjects,
    shows: engine.shows,

    async think(input, mode, options) {
      let states: States | undefined;
      const thought = await engine.think(input, mode, options, async (run, prompt) => {
        states = await takeStates(decoder, run, prompt);
      });
      return { ...thought, ...(states && { states }) };
    },

    async prepare(input, trace, signal) {
      const { prompt, truncated } = trace ? await withTrace(trace) : await plain();
      return {
        tokens: prompt.ids.length,
        truncated: prompt.truncated || truncated,
        // A prefix LM takes a single prefix length for the whole batch.
        batchable: !prompt.images && (!decoder.prefixLm || !trace),
        prompt,
      };

      async function plain() {
        const prompt = { user: embedPrompts[input.role] };
        const request = { chat: false, prompt, thinks: false, reserve: 0, signal };
        return { prompt: await engine.prepare(input, request), truncated: false };
      }

      async function withTrace(trace: GivenTrace) {
        let failure: unknown;
        for (const share of TRACE_SHARES) {
          const { prompt, truncated } = forced(trace, share);
          const request = { chat: prompts.chat, prompt, thinks: true, reserve: 0, signal };
          try {
            const prepared = await engine.prepare(input, request);
            const isPhotograph = prepared.isPhotograph && trace.isOwn;
            return { prompt: { ...prepared, isPhotograph }, truncated };
          } catch (error) {
            if (!isTteError(error, 'invalid-input')) throw error;
            failure = error;
          }
        }
        throw failure;
      }
    },

    async encode(inputs, signal) {
      const [first, ...others] = inputs as [PreparedInput, ...PreparedInput[]];
      if (others.length > 0) {
        signal.throwIfAborted();
        return encodeBatch(
          decoder,
          inputs.map(({ prompt }) => prompt),
          tokenizer.padId,
        );
      }
      const run = beginRun(decoder, prefixes, first.prompt);
      try {
        await prefill(decoder, prefixes, run, first.prompt, false, signal);
        return await takeStates(decoder, run, first.prompt);
      } finally {
        run.dispose();
      }
    },

    release: () => engine.release(),
  };
}

/** The trace with the start that the model would have used. */
function withStart(trace: string, start = ''): string {
  return trace.startsWith(start.trim()) ? trace : start + trace;
}
