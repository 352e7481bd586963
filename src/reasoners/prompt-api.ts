/** The browser's built-in language model (Prompt API) as the reasoner, on this device. */
import type { ReasonerFunction, ReasonerInput } from '../client/types.ts';
import { abortedError, isTteError, TteError } from '../shared/errors.ts';
import { systemText, userText } from './instructions.ts';

export interface PromptApiOptions {
  /** Entry point of the API, for tests and polyfills. @default globalThis.LanguageModel */
  languageModel?: LanguageModelStatic;
  /** Progress of the browser's model download on first use, from 0 to 1. */
  onDownload?: (loaded: number) => void;
}

/** The part of the Prompt API that is used here. */
export interface LanguageModelStatic {
  availability(options: object): Promise<'unavailable' | 'downloadable' | 'downloading' | 'available'>;
  create(options: object): Promise<LanguageModelSession>;
}
export interface LanguageModelSession {
  promptStreaming(prompt: unknown, options: { signal: AbortSignal }): ReadableStream<string>;
  destroy(): void;
}

/**
 * A reasoner that uses the browser's built-in model. Nothing leaves the page.
 *
 * @throws (from the function) TteError unsupported: there is no such model, or it does not read images | reasoner-failed | aborted
 * @example
 * const tte = await createEmbedder({ model: { embedder: 'minilm', reasoner: promptApi() } });
 */
export function promptApi(options: PromptApiOptions = {}): ReasonerFunction {
  const reason: ReasonerFunction = async (input, { signal, onToken, mode }) => {
    const languageModel =
      options.languageModel ?? (globalThis as { LanguageModel?: LanguageModelStatic }).LanguageModel;
    if (languageModel === undefined)
      throw new TteError('unsupported', 'This browser has no built-in language model.');
    const inputs = [{ type: 'text' }, ...(input.images.length > 0 ? [{ type: 'image' }] : [])];
    try {
      if ((await languageModel.availability({ expectedInputs: inputs })) === 'unavailable') {
        const what =
          input.images.length > 0 ? 'has no language model that reads images' : 'has no language model';
        throw new TteError('unsupported', `This browser or computer ${what}.`);
      }
      // A session keeps its conversation, so every input gets a new one.
      const session = await languageModel.create({
        expectedInputs: inputs,
        initialPrompts: [{ role: 'system', content: systemText(mode, input) }],
        signal,
        monitor(monitor: EventTarget) {
          monitor.addEventListener('downloadprogress', (event) =>
            options.onDownload?.((event as ProgressEvent).loaded),
          );
        },
      });
      try {
        return await read(session.promptStreaming([await message(input, signal)], { signal }), onToken);
      } finally {
        session.destroy();
      }
    } catch (cause) {
      if (isTteError(cause)) throw cause;
      if (signal.aborted) throw abortedError(signal);
      throw new TteError(
        'reasoner-failed',
        `The browser's language model failed: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
  };
  return Object.assign(reason, { id: 'prompt-api', leavesThePage: false });
}

async function message({ images, ...input }: ReasonerInput, signal: AbortSignal) {
  const pictures = images.map(async (image) => {
    const value = typeof image === 'string' ? await (await fetch(image, { signal })).blob() : image;
    return { type: 'image', value };
  });
  const text = { type: 'text', value: userText({ ...input, images }) };
  return { role: 'user', content: [...(await Promise.all(pictures)), text] };
}

async function read(stream: ReadableStream<string>, onToken: (delta: string) => void): Promise<string> {
  const reader = stream.getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += value;
    onToken(value);
  }
}
