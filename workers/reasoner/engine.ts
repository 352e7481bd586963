/** Tokenizer, decoder, vision encoder and prefix cache of one model, shared by reasoners and unified models. */
import type { ThinkPrompt } from '../../src/shared/descriptor.ts';
import { TteError } from '../../src/shared/errors.ts';
import type { PrintedLine } from '../../src/shared/types.ts';
import type { ModelFolder } from '../models/folder.ts';
import { contextThink, defaultThink, type ThinkPrompts } from '../models/prompts.ts';
import { isPage, printStatement, runningText } from '../print/printed.ts';
import { readPrint } from '../print/read-input.ts';
import { openPrintReader } from '../print/reader.ts';
import { beside } from '../runtime/beside.ts';
import type { Dtypes, Runtime } from '../runtime/types.ts';
import type { Recipe } from '../storage/keys.ts';
import { openTokenizer, type TextTokenizer } from '../text/tokenizer.ts';
import { createClipTeller } from './clip/clip.ts';
import { type Decoder, openDecoder } from './decoder.ts';
import { openDetector } from './detector.ts';
import { asksForWhole } from './gate.ts';
import { openGlossary } from './glossary.ts';
import { examine, isPhotographAlone, showsOneThing, showsPhotograph } from './photograph.ts';
import { mropePositions, plainPositions } from './positions.ts';
import { createPrefixCache, type PrefixCache } from './prefix-cache.ts';
import { buildPrompt } from './prompt.ts';
import type { PreparedPrompt, Run } from './run.ts';
import { judgeTrace, parseTrace } from './trace.ts';
import type { ReasonerResult, Shown, ThinkInput, ThinkOptions } from './types.ts';
import { openVision, type Vision } from './vision.ts';
import { writeTrace } from './write-trace.ts';

export interface Engine {
  readonly tokenizer: TextTokenizer;
  readonly decoder: Decoder;
  readonly vision: Vision | null;
  readonly prefixes: PrefixCache;
  readonly prompts: ThinkPrompts;
  /** Null if it does not answer from a context. */
  readonly contextPrompt: ThinkPrompt | null;
  /** Of the traces it writes. */
  readonly recipe: Recipe;
  prepare(input: ThinkInput, request: PrepareRequest): Promise<PreparedPrompt>;
  readonly readsPrint: boolean;
  readonly followsObjects: boolean;
  /** As of `Reasoner`. */
  shows(input: ThinkInput, closely: boolean, signal: AbortSignal): Promise<Shown | null>;
  /** Generates a trace; `useRun` may read the run's states before they are disposed, and is not called for pages. */
  think(
    input: ThinkInput,
    mode: 'answer' | 'full',
    options: ThinkOptions,
    useRun: (run: Run, prompt: PreparedPrompt) => Promise<void>,
  ): Promise<ReasonerResult>;
  release(): Promise<void>;
}

export interface PrepareRequest {
  chat: boolean;
  prompt: ThinkPrompt;
  /** Whether a trace belongs to the input: images are then preprocessed with the model's settings for thinking. */
  thinks: boolean;
  /** Number of tokens to reserve after the prompt. */
  reserve: number;
  signal: AbortSignal;
}

/** Maximum tokens of a trace for what is written in an image. */
const MOST_WRITTEN = 64;

/** @param keep decoder outputs over prompt and trace that an embedding head reads */
export async function openEngine(
  runtime: Runtime,
  folder: ModelFolder,
  dtypes: Dtypes,
  keep: Promise<readonly string[]>,
  signal: AbortSignal,
): Promise<Engine> {
  const { descriptor } = folder;
  const [decoder, tokenizer] = await beside(
    openDecoder(runtime, folder, dtypes, keep, signal),
    openTokenizer(folder),
  );
  const vision = await openVision(runtime, folder, dtypes, decoder.carried, signal);
  const prefixes = createPrefixCache();
  const glossary = await openGlossary(folder);
  const detector = await openDetector(runtime, folder, dtypes, signal);
  const clips = createClipTeller(vision, detector);
  const reader = await openPrintReader(runtime, folder, dtypes, signal);
  const thinks = tokenizer.chat?.thinks ?? false;
  const prompts = descriptor.prompts.think ?? defaultThink(thinks);
  // Unified models were trained to write traces about an input, not to read.
  const contextPrompt = descriptor.architecture === 'unified-lm' ? null : contextThink(thinks);

  /** Models with a detector describe an image that comes without text, so a request to describe it is dropped. */
  function withoutQuestion(input: ThinkInput): ThinkInput {
    const asked = `${input.instruction} ${input.text}`;
    const isWhole = detector && input.images.length === 1 && !input.arePages && asksForWhole(asked);
    return isWhole ? { ...input, text: '', instruction: '' } : input;
  }

  async function prepare(given: ThinkInput, request: PrepareRequest): Promise<PreparedPrompt> {
    const input = request.thinks ? withoutQuestion(given) : given;
    if (input.images.length > 0 && !vision) {
      throw new TteError(
        'invalid-input',
        `${descriptor.id} reads text only; leave out the image or load another model.`,
      );
    }
    const seen =
      input.images.length > 0 && vision
        ? await vision.encode(input.images, request.thinks, request.signal)
        : null;
    const imageToken = vision?.token ?? '';
    const { ids, start, stable, truncated } = buildPrompt(tokenizer, {
      ...request,
      text: input.text,
      instruction: input.instruction,
      context: input.context ?? [],
      images: seen?.patterns ?? [],
      imageToken,
      maxTokens: Math.max(
        descriptor.text.maxTokens - request.reserve,
        Math.ceil(descriptor.text.maxTokens / 2),
      ),
    });
    const token = tokenizer.id(imageToken) ?? -1;
    const usesMrope = decoder.graph.inputs.get('position_ids')?.shape.length === 3;
    return {
      ids: [...ids, ...start],
      prefixLength: ids.length,
      stable,
      positions: usesMrope ? mropePositions(ids, token, seen?.grids ?? []) : plainPositions,
      images: seen && { token, features: seen.features, carried: seen.carried },
      isPhotograph: isPhotographAlone(input, seen?.looks ?? []),
      truncated,
    };
  }

  return {
    tokenizer,
    decoder,
    vision,
    prefixes,
    prompts,
    contextPrompt,
    recipe: {
      always: {
        prompts,
        limits: descriptor.text,
        images: descriptor.image ?? null,
        ...(detector && { objects: detector.rules }),
        ...(reader && { print: reader.recipe }),
      },
      ...(contextPrompt && { withContext: { prompt: contextPrompt } }),
    },
    prepare,
    readsPrint: reader !== null,
    followsObjects: clips !== null,
    async shows(input, closely, signal) {
      const isPhotograph = detector !== null && (await showsPhotograph(vision, input, signal));
      const isThing = isPhotograph && closely && (await showsOneThing(vision, detector, input, signal));
      if (isPhotograph && !isThing) return 'photograph';
      if (input.images.length > 1) {
        return (await clips?.tell(input, signal)) ? 'movement' : null;
      }
      const isPrinted = (await readPrint(reader, input, signal)).length > 0;
      if (isThing) return isPrinted ? 'photograph' : 'thing';
      return isPrinted ? 'print' : null;
    },
    async think(given, mode, { signal, onDelta, maxTokens = prompts.maxTokens[mode] }, useRun) {
      const started = performance.now();
      const input = withoutQuestion(given);
      const print = await readPrint(reader, input, signal);
      const isAsked = `${input.text}${input.instruction}`.trim() !== '';
      if (print.length > 0 && (input.arePages || isAsked || isPage(print))) {
        const words = runningText(print);
        onDelta?.(words);
        return pageResult(words, print, performance.now() - started);
      }
      const photo = await examine(vision, detector, input, signal);
      const happening = (await clips?.tell(input, signal)) ?? '';
      const written = tokenizer.beginning(printStatement(print), MOST_WRITTEN);
      const statement = [photo?.statement ?? happening, written].filter((part) => part !== '').join(' ; ');
      const statementIds = tokenizer.encode(statement, { specials: false }).ids;
      const isWhole = photo?.isWhole ?? happening !== '';
      const answering = input.context && contextPrompt;
      const form = isWhole ? prompts.answer : (answering ?? prompts[mode]);
      const prompt = await prepare(input, {
        chat: prompts.chat,
        prompt: isWhole ? { ...form, start: `${form.start ?? ''} ${statement}` } : form,
        thinks: true,
        reserve: isWhole ? 0 : maxTokens + statementIds.length,
        signal,
      });
      const prepared = performance.now();
      const { text, tokens, stop, reusedTokens, prefilled } = await writeTrace(
        { decoder, tokenizer, prefixes },
        prompt,
        {
          isWhole,
          addition: statement !== '' ? ` ; ${statement}` : '',
          explains: glossary?.appliesTo(input) ? glossary : null,
          ...{ maxTokens, signal, onDelta: onDelta ?? (() => {}) },
        },
        useRun,
      );
      const trace = {
        ...parseTrace(text),
        tokens,
        source: 'reasoner' as const,
        stop,
        ...(photo && { objects: photo.objects }),
        ...(photo?.part && { part: photo.part }),
        ...(print.length > 0 && { print }),
      };
      const discarded = judgeTrace(trace);
      return {
        trace,
        ...(discarded ? { discarded } : {}),
        promptTokens: prompt.ids.length,
        reusedTokens,
        truncated: prompt.truncated,
        ms: {
          vision: prepared - started,
          prefill: prefilled - prepared,
          decode: performance.now() - prefilled,
        },
      };
    },
    async release() {
      prefixes.clear();
      await decoder.release();
      await Promise.all([vision?.release(), detector?.release(), reader?.release()]);
    },
  };
}

/** The words on a page are the whole trace: nothing is generated. */
function pageResult(words: string, print: readonly PrintedLine[], ms: number): ReasonerResult {
  return {
    trace: { text: words, thinking: '', answer: words, tokens: 0, source: 'print', stop: 'end', print },
    promptTokens: 0,
    reusedTokens: 0,
    truncated: false,
    ms: { vision: ms, prefill: 0, decode: 0 },
  };
}
