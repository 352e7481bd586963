/** Cost as the work grows: both sides do the same pieces of work of a few sizes, in turn. */
import { median } from '../../workers/statistics.ts';
import { startOurs, startPeer, timed } from '../contenders.ts';
import type { CurveName, Point, Side } from '../row.ts';
import { EMBEDDER, prompts, reasonerWithBudget } from '../rows/decode.ts';
import { picture } from '../rows/image.ts';
import { searchOf } from '../rows/search.ts';
import { createTexts } from '../texts.ts';

interface Curve {
  sizes: readonly number[];
  /** Runs of each side at each size, after one that does not count; the median counts. */
  runs: number;
  /** Makes both sides ready for work of this size. */
  start(size: number): Promise<Record<Side, Contender>>;
}

interface Contender {
  run(): Promise<unknown>;
  end(): unknown;
}

const MINILM = { model: { embedder: '/models/all-MiniLM-L6-v2/' }, dtype: 'q4', device: 'wasm' } as const;

const CURVES: Record<Exclude<CurveName, 'search'>, Curve> = {
  text: { sizes: [4, 16, 64, 180], runs: 7, start: (words) => startTexts(1, words) },
  batch: { sizes: [1, 4, 16, 64, 256], runs: 3, start: (count) => startTexts(count, 12) },
  picture: { sizes: [0.1, 0.5, 2, 8, 20], runs: 3, start: startPicture },
  trace: { sizes: [8, 32, 128], runs: 1, start: startTrace },
};

/** @param glosses real texts, for the collection that is searched */
export async function curve(name: CurveName, glosses: readonly string[]): Promise<Point[]> {
  if (name === 'search') return searchCurve(glosses);
  const { sizes, runs, start } = CURVES[name];
  const points: Point[] = [];
  for (const size of sizes) {
    const { ours, theirs } = await start(size);
    const times: Record<Side, number[]> = { ours: [], theirs: [] };
    await ours.run();
    await theirs.run();
    for (let run = 0; run < runs; run++) {
      times.ours.push(await timed(ours.run));
      times.theirs.push(await timed(theirs.run));
    }
    await ours.end();
    await theirs.end();
    points.push({ size, ours: median(times.ours), theirs: median(times.theirs) });
  }
  return points;
}

async function startTexts(count: number, words: number): Promise<Record<Side, Contender>> {
  const tte = await startOurs(MINILM);
  const peer = await startPeer(null);
  await peer.loadText('q8');
  const texts = createTexts(words);
  const some = () => Array.from({ length: count }, () => texts.words(words));
  const embedOurs = () =>
    tte.embedMany(
      some().map((text) => ({ text })),
      { think: 'never' },
    );
  return {
    ours: { run: embedOurs, end: () => tte.dispose() },
    theirs: { run: () => peer.embedTexts(some()), end: () => peer.terminate() },
  };
}

/** @param size megapixels */
async function startPicture(size: number): Promise<Record<Side, Contender>> {
  const jpeg = await picture(Math.round(Math.sqrt(size * 1e6)));
  const tte = await startOurs({ model: { embedder: '/models/tiny-clip/' }, device: 'wasm' });
  const peer = await startPeer(null);
  await peer.loadVision('tiny-clip', 'wasm');
  return {
    ours: { run: () => tte.embed({ image: jpeg }, { think: 'never' }), end: () => tte.dispose() },
    theirs: { run: () => peer.embedImage(jpeg), end: () => peer.terminate() },
  };
}

/** @param tokens of the trace; the budget stands in the model folder */
async function startTrace(tokens: number): Promise<Record<Side, Contender>> {
  const prompt = await prompts();
  const reasoner = reasonerWithBudget(tokens);
  const tte = await startOurs({ model: { embedder: EMBEDDER, reasoner }, device: 'wasm' });
  const peer = await startPeer(null);
  await peer.loadDecoder('wasm');
  return {
    ours: { run: () => tte.think({ text: prompt() }, { think: 'answer' }), end: () => tte.dispose() },
    theirs: { run: () => peer.generate(prompt(), tokens), end: () => peer.terminate() },
  };
}

/** The exact top ten of a collection, against the plain scan. */
async function searchCurve(glosses: readonly string[]): Promise<Point[]> {
  const rows = await searchOf(glosses, [1_000, 10_000, 100_000, 1_000_000]);
  const sizes = [...new Set(rows.map(({ size }) => size))];
  const p50 = (size: number, isOurs: boolean) =>
    rows.find((row) => row.size === size && row.engine.startsWith('plain') !== isOurs)?.p50 ?? Number.NaN;
  return sizes.map((size) => ({ size, ours: p50(size, true), theirs: p50(size, false) }));
}
