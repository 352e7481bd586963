/** Reasoners over transformers.js: chat template, generation, the text as it is written. */
import type { ReasonerInput } from '../client/types.ts';
import { systemText, userText } from '../reasoners/instructions.ts';
import { TteError } from '../shared/errors.ts';
import type { Library, Progress } from './embedding.ts';
import { loadOptions, type WritingModel } from './options.ts';

type Tensor = InstanceType<Library['Tensor']>;
type RawImage = InstanceType<Library['RawImage']>;
type Inputs = Record<string, Tensor>;

/** A processor or a tokenizer, as far as it is used. */
interface Reader {
  (first: unknown, second?: unknown, options?: object): Promise<Inputs> | Inputs;
  apply_chat_template(messages: object, options: object): string;
  batch_decode(ids: Tensor, options: object): string[];
  readonly tokenizer?: unknown;
}
interface Generator {
  generate(options: object): Promise<Tensor>;
  dispose(): Promise<unknown>;
}

export interface OpenedWriting {
  write(
    input: ReasonerInput,
    mode: 'answer' | 'full',
    onToken: (delta: string) => void,
    signal: AbortSignal,
  ): Promise<string>;
  dispose(): Promise<void>;
}

/** Families whose processor takes images before the text. */
const IMAGES_FIRST = [
  'llava',
  'llava_onevision',
  'llava_qwen2',
  'lfm2_vl',
  'paligemma',
  'florence2',
  'mistral3',
];
const LIMITS = { answer: 64, full: 256 };

export async function openWriting(
  library: Library,
  model: WritingModel,
  progress_callback: Progress,
): Promise<OpenedWriting> {
  const options = { ...loadOptions(model), ...(progress_callback && { progress_callback }) };
  const load = async (loadable: unknown) =>
    (loadable as { from_pretrained(id: string, options: object): Promise<unknown> }).from_pretrained(
      model.model,
      options,
    );
  const sees = model.task === 'image-text-to-text';
  const [config, reader, generator] = await Promise.all([
    load(library.AutoConfig) as Promise<{ model_type?: string }>,
    load(sees ? library.AutoProcessor : library.AutoTokenizer) as Promise<Reader>,
    load(sees ? library.AutoModelForImageTextToText : library.AutoModelForCausalLM) as Promise<Generator>,
  ]);
  const imagesFirst = IMAGES_FIRST.includes(String(config.model_type));
  const limits = { ...LIMITS, ...model.maxTokens };

  /** One message, since not every chat template knows a system's. */
  function promptOf(input: ReasonerInput, mode: 'answer' | 'full'): string {
    const text = `${systemText(mode, input)}\n\n${userText(input)}`;
    const pictures = input.images.map(() => ({ type: 'image' }));
    const content = sees ? [...pictures, { type: 'text', text }] : text;
    return reader.apply_chat_template([{ role: 'user', content }], {
      tokenize: false,
      add_generation_prompt: true,
    });
  }

  const tokenizer = (reader.tokenizer ?? reader) as Reader &
    ConstructorParameters<Library['TextStreamer']>[0];

  async function inputsOf(prompt: string, images: readonly RawImage[]): Promise<Inputs> {
    const special = { add_special_tokens: false }; // the template has them
    if (images.length === 0) return tokenizer(prompt, special);
    const pictures = images.length > 1 ? images : images[0];
    return imagesFirst ? reader(pictures, prompt, special) : reader(prompt, pictures, special);
  }

  return {
    async write(input, mode, onToken, signal) {
      if (!sees && input.images.length > 0) {
        throw new TteError(
          'unsupported',
          `${model.model} reads text alone: name an image-text-to-text model.`,
        );
      }
      const images = await Promise.all(input.images.map((image) => readImage(library, image)));
      const inputs = await inputsOf(promptOf(input, mode), images);
      const stop = new library.InterruptableStoppingCriteria();
      const onAbort = () => stop.interrupt();
      signal.addEventListener('abort', onAbort, { once: true });
      const streamer = new library.TextStreamer(tokenizer, {
        skip_prompt: true,
        skip_special_tokens: true,
        callback_function: onToken,
      });
      try {
        const generation = {
          max_new_tokens: limits[mode],
          do_sample: false,
          stopping_criteria: stop,
          streamer,
        };
        const ids = await generator.generate({ ...inputs, ...generation });
        signal.throwIfAborted();
        const length = inputs.input_ids?.dims.at(-1) ?? 0;
        const written = ids.slice(null as never, [length, ids.dims.at(-1) ?? length] as never);
        return reader.batch_decode(written, { skip_special_tokens: true })[0] ?? '';
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
    dispose: async () => void (await generator.dispose()),
  };
}

async function readImage(library: Library, image: ReasonerInput['images'][number]): Promise<RawImage> {
  if (typeof image === 'string' || 'size' in image) return (await library.RawImage.read(image)).rgb();
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext('2d')?.drawImage(image, 0, 0);
  return library.RawImage.fromCanvas(canvas).rgb();
}
