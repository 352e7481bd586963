/**
 * Optical character recognition (OCR): lines of printed text in an image, with their boxes, in reading order. Its two graphs are
 * downloaded when the first picture is read.
 */
import { TteError } from '../../src/shared/errors.ts';
import type { PrintedLine } from '../../src/shared/types.ts';
import type { Pixels } from '../images/pixels.ts';
import type { PixelValues } from '../images/preprocess.ts';
import { resize } from '../images/resample.ts';
import type { ModelFolder } from '../models/folder.ts';
import { disposeAll } from '../reasoner/cache.ts';
import { lazySession } from '../reasoner/lazy-session.ts';
import type { Dtypes, GraphSession, Runtime } from '../runtime/types.ts';
import { median } from '../statistics.ts';
import type { Recipe } from '../storage/keys.ts';
import { yieldToEventLoop } from '../yield-to-event-loop.ts';
import { decodeLine } from './decode-line.ts';
import { detectorInput, lineInput, lineWidth } from './line-image.ts';
import { narrowing, WIDTHS } from './line-width.ts';
import { boundsOf, type Quad, scaled, sizeOf } from './quad.ts';
import { readingOrder } from './reading-order.ts';
import { type RegionRules, regionsOf } from './regions.ts';
import { emptyMap, isIn, layInto, STEP, tiles } from './tiles.ts';

/** The model folder's `print.json`. */
export interface PrintRules extends RegionRules {
  /** Characters by index of the recogniser's output, without the blank. */
  alphabet: readonly string[];
  /** Longest side at which a picture is searched for print, in pixels. */
  side: number;
  /** Lowest mean probability of a line's characters. */
  read: number;
}

export interface PrintReader {
  /** What its results depend on besides its graphs. */
  readonly recipe: Recipe['always'];
  /**
   * The lines in reading order, cached for as long as the picture is held.
   * @param isPage whether it is a page; any other picture is read only if a small copy of it seems to have something written on
   * it
   * @throws TteError download-failed | integrity | quota | run-failed | aborted
   */
  read(picture: Pixels, isPage: boolean, signal: AbortSignal): Promise<Omit<PrintedLine, 'image'>[]>;
  release(): Promise<void>;
}

const [DETECTOR, RECOGNIZER] = ['print_detector', 'print_recognizer'] as const;

const LOOKS = {
  /** Longest side of a first look, in pixels. */
  glance: 480,
  /** Lines lower than this on the detector's map are small print, which is searched again in a larger copy … */
  small: 20,
  /** … in which they have this height … */
  clear: 30,
  /** … unless its longest side would exceed the usual length by more than this factor. */
  largest: 4,
};

/** Null if the model reads no print. @param signal of the load */
export async function openPrintReader(
  runtime: Runtime,
  folder: ModelFolder,
  dtypes: Dtypes,
  signal: AbortSignal,
): Promise<PrintReader | null> {
  const { descriptor } = folder;
  const path = descriptor.prompts.think?.print;
  if (path === undefined || !(DETECTOR in descriptor.sessions) || !(RECOGNIZER in descriptor.sessions))
    return null;
  const rules = parseRules(await folder.json(path), `${descriptor.id}: ${path}`);
  const lazily = (session: string, floatConvolutions: boolean) =>
    lazySession(() => runtime.open({ folder, session, dtypes, signal, floatConvolutions }));
  // If sizes are rounded, the detector splits lines: 17 of 300 words on a rotated page were wrong instead of one.
  const [detector, recognizer] = [lazily(DETECTOR, true), lazily(RECOGNIZER, false)];

  const read = new WeakMap<Pixels, Omit<PrintedLine, 'image'>[]>();

  async function run(graph: GraphSession, { data, dims }: PixelValues, signal: AbortSignal) {
    await yieldToEventLoop();
    signal.throwIfAborted();
    const [input, output] = [[...graph.inputs.keys()][0] as string, [...graph.outputs.keys()][0] as string];
    const outputs = await graph.run({ [input]: runtime.tensor('float32', data, dims) }, [output]);
    try {
      const tensor = outputs[output];
      return { data: (await tensor?.getData()) as Float32Array, dims: tensor?.dims ?? [] };
    } finally {
      disposeAll(Object.values(outputs));
    }
  }

  /**
   * The lines of the picture as seen with its longest side about `side`, in its own pixels, and their heights on the detector's map. Large
   * copies are looked at in tiles, those where `known` lines are, if given.
   */
  async function linesAt(picture: Pixels, side: number, known: readonly Quad[] | null, signal: AbortSignal) {
    const graph = await detector.get();
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const fitted = (length: number) => Math.max(STEP, Math.round((length * scale) / STEP) * STEP);
    const map = emptyMap(fitted(picture.width), fitted(picture.height));
    const [toX, toY] = [map.width / picture.width, map.height / picture.height];
    const places = known?.map((quad) => boundsOf(scaled(quad, toX, toY)));
    for (const tile of tiles(map, rules.side)) {
      if (places && !places.some((place) => isIn(place, tile))) continue;
      const part = resize(picture, map.width, map.height, 'bilinear', tile);
      const { data } = await run(graph, detectorInput(part), signal);
      layInto(map, tile, data);
    }
    const found = regionsOf(map, rules);
    return {
      lines: found.map((quad) => scaled(quad, 1 / toX, 1 / toY)),
      heights: found.map((quad) => Math.min(...Object.values(sizeOf(quad)))),
    };
  }

  async function findLines(picture: Pixels, signal: AbortSignal): Promise<Quad[]> {
    const { lines, heights } = await linesAt(picture, rules.side, null, signal);
    const longest = Math.max(picture.width, picture.height);
    const typical = median(heights);
    if (longest <= rules.side || lines.length === 0 || typical >= LOOKS.small) return lines;
    const side = Math.min(longest, (rules.side * LOOKS.clear) / typical, LOOKS.largest * rules.side);
    return (await linesAt(picture, side, lines, signal)).lines;
  }

  /** A first look at a small copy. A picture that is not larger is skipped, since the next step sees the same. */
  async function seemsWritten(picture: Pixels, signal: AbortSignal): Promise<boolean> {
    if (Math.max(picture.width, picture.height) <= LOOKS.glance) return true;
    return (await linesAt(picture, LOOKS.glance, null, signal)).lines.length > 0;
  }

  /** What stands in these places, as far as it can be read. */
  async function readLines(picture: Pixels, quads: readonly Quad[], signal: AbortSignal) {
    const graph = await recognizer.get();
    const readLine = async (quad: Quad, share: number) => {
      const { data, dims } = await run(graph, lineInput(picture, quad, share), signal);
      return decodeLine(data, dims.at(-1) ?? 1, rules.alphabet);
    };
    const known: { text: string; width: number }[] = [];
    const lines: { quad: Quad; text: string; score: number }[] = [];
    const widths = new Map(quads.map((quad) => [quad, lineWidth(quad)]));
    for (const [quad, width] of [...widths].sort(([, a], [, b]) => b - a)) {
      const share = narrowing(known);
      let { text, score } = await readLine(quad, share);
      if (share < 1 && score < WIDTHS.sure) ({ text, score } = await readLine(quad, 1));
      if (share === 1) known.push({ text, width });
      if (text.trim() !== '' && score >= rules.read) lines.push({ quad, text: text.trim(), score });
    }
    return lines;
  }

  return {
    recipe: { ...rules, looks: LOOKS },
    async read(picture, isPage, signal) {
      const known = read.get(picture);
      if (known) return known;
      if (!isPage && !(await seemsWritten(picture, signal))) return [];
      const quads = await findLines(picture, signal);
      if (quads.length === 0) return [];
      const lines = await readLines(picture, quads, signal);
      const ordered = readingOrder(lines.map(({ quad }) => quad)).map((index) => {
        const { quad, text, score } = lines[index] as (typeof lines)[number];
        const [left, top, right, bottom] = boundsOf(quad);
        const [x, y] = [Math.max(0, left), Math.max(0, top)];
        const box = {
          x,
          y,
          width: Math.min(picture.width, right) - x,
          height: Math.min(picture.height, bottom) - y,
        };
        return { text, score, box };
      });
      read.set(picture, ordered);
      return ordered;
    },
    async release() {
      await Promise.all([detector.release(), recognizer.release()]);
    },
  };
}

function parseRules(json: Record<string, unknown> | null, name: string): PrintRules {
  const { alphabet, side, ink, sure, grow, read } = json ?? {};
  const numbers = { side, ink, sure, grow, read };
  if (
    typeof alphabet !== 'string' ||
    alphabet === '' ||
    !Object.values(numbers).every((value) => typeof value === 'number' && value > 0) ||
    (side as number) % STEP !== 0
  ) {
    throw new TteError(
      'model-invalid',
      `${name} must give alphabet, ink, sure, grow, read, and side as a multiple of ${STEP}.`,
    );
  }
  return { ...(numbers as Record<keyof typeof numbers, number>), alphabet: [...alphabet] };
}
