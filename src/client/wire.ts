/** Converts inputs and options to the form that is sent to the worker. */
import { transfer } from 'comlink';
import type { WireImage, WireInput, WireOptions } from '../shared/protocol.ts';
import type { Box, EmbedderInfo } from '../shared/types.ts';
import { type Captured, capture } from './capture.ts';
import type { ResolveUrl } from './platform.ts';
import type { EmbedInput, EmbedOptions, ImageSource, ReasonerInput } from './types.ts';
import { checkInput } from './validate.ts';

export interface Prepared {
  wire: WireInput;
  /** Bitmaps in it, to be transferred. */
  bitmaps: ImageBitmap[];
  /** The same input for a reasoner function. */
  reasonerInput: ReasonerInput;
}

/**
 * @param field the caller's name for the input: `input`, or `items[3]`
 * @throws TteError invalid-input | unsupported
 */
export async function prepare(
  given: string | EmbedInput,
  field: string,
  info: EmbedderInfo | null,
  resolveUrl: ResolveUrl,
): Promise<Prepared> {
  const input = typeof given === 'string' ? { text: given } : given;
  checkInput(input, field, info);
  return prepareContent(input, field, resolveUrl);
}

/** Prepares an input that need not be embedded, and may be empty. */
export async function prepareContent(
  input: EmbedInput,
  field: string,
  resolveUrl: ResolveUrl,
): Promise<Prepared> {
  const { layout, sources } = pictures(input);
  const names = sources.map((_, i) => `${field}.${layout}${layout === 'image' ? '' : `[${i}]`}`);
  const images = await Promise.all(
    sources.map((source, i) => capture(source, names[i] as string, resolveUrl)),
  );
  const { text = '', instruction = '', trace }: EmbedInput = input;
  return {
    wire: {
      images: images.map((image, i) => toWire(image, names[i] as string)),
      layout,
      text,
      instruction,
      ...(trace !== undefined && {
        trace:
          typeof trace === 'string'
            ? { text: trace, source: 'input' as const }
            : { text: trace.text, source: trace.source, ...(trace.part && { part: plainBox(trace.part) }) },
      }),
    },
    bitmaps: images.filter(isBitmap),
    reasonerInput: { images, text, instruction },
  };
}

/** Without what else a framework's proxy brings. */
const plainBox = ({ x, y, width, height }: Box): Box => ({ x, y, width, height });

/** Transfers the bitmaps of the inputs that `value` holds. */
export function handOver<T extends object>(value: T, inputs: readonly Prepared[]): T {
  return transfer(
    value,
    inputs.flatMap(({ bitmaps }) => bitmaps),
  );
}

export function wireOptions(options: EmbedOptions, info: EmbedderInfo): WireOptions {
  const { think = info.thinkModes.includes('auto') ? 'auto' : 'never', role = 'query', dimensions } = options;
  return { think, role, ...(dimensions !== undefined && { dimensions }) };
}

function pictures(input: EmbedInput): { layout: WireInput['layout']; sources: readonly ImageSource[] } {
  if (input.image !== undefined) return { layout: 'image', sources: [input.image] };
  if (input.frames !== undefined) return { layout: 'frames', sources: input.frames };
  if (input.pages !== undefined) return { layout: 'pages', sources: input.pages };
  return { layout: 'none', sources: [] };
}

const isBitmap = (image: Captured): image is ImageBitmap => typeof image === 'object' && 'close' in image;

function toWire(image: Captured, field: string): WireImage {
  if (typeof image === 'string') return { name: field, kind: 'url', url: image };
  if (isBitmap(image)) return { name: field, kind: 'bitmap', bitmap: image };
  const name = 'name' in image ? `${field} (${image.name})` : field;
  return { name, kind: 'blob', blob: image };
}
