/** Cost as the work grows: both sides do the same work in a few sizes, alternately. */
import { median } from '../../workers/statistics.ts';
import { type PeerCalls, startOurs, startPeer, timed } from '../contenders.ts';
import type { CurveName, Point, Side } from '../row.ts';
import { EMBEDDER, prompts, reasonerWithBudget } from '../rows/decode.ts';
import { picture } from '../rows/image.ts';
import { searchOf } from '../rows/search.ts';
import { createTexts } from '../texts.ts';

interface Curve {
  /** Makes both sides ready for work of any size. */
  start(): Promise<Record<Side, Contender>>;
  /** Runs of each side at each size, after one that does not count; the median counts. */
  runs: number;
}

interface Contender {
  /** Makes a piece of work of this size, which takes no time that counts. */
  prepare(size: number): Promise<() => Promise<unknown>>;
  end(): unknown;
}

const MINILM = { model: { embedder: '/models/all-MiniLM-L6-v2/' }, dtype: 'q4', device: 'wasm' } as const;

const CURVES: Record<Exclude<CurveName, 'search'>, Curve> = {
  text: { runs: 7, start: () => startTexts((tokens) => ({ count: 1, tokens })) },
  batch: { runs: 3, start: () => startTexts((count) => ({ count, tokens: 16 })) },
  picture: { runs: 3, start: startPicture },
  trace: { runs: 1, start: startTrace },
};

/**
 * @param glosses real texts, for the collection that is searched
 * @param onPoint called with each point when it is known
 */
export async function curve(
  name: CurveName,
  sizes: readonly number[],
  glosses: readonly string[],
  onPoint: (point: Point) => Promise<void>,
): Promise<void> {
  if (name === 'search') return searchCurve(sizes, glosses, onPoint);
  const { runs, start } = CURVES[name];
  const { ours, theirs } = await start();
  for (const size of sizes) {
    const [runOurs, runTheirs] = [await ours.prepare(size), await theirs.prepare(size)];
    const times: Record<Side, number[]> = { ours: [], theirs: [] };
    await runOurs();
    await runTheirs();
    for (let run = 0; run < runs; run++) {
      times.ours.push(await timed(runOurs));
      times.theirs.push(await timed(runTheirs));
    }
    await onPoint({ size, ours: median(times.ours), theirs: median(times.theirs) });
  }
  await ours.end();
  await theirs.end();
}

/** English words have 1.07 tokens here, punctuation included; each text has two more. */
const wordsOf = (tokens: number) => Math.round((tokens - 2) / 1.07);

async function startTexts(
  work: (size: number) => { count: number; tokens: number },
): Promise<Record<Side, Contender>> {
  const tte = await startOurs(MINILM);
  const peer = await startPeer(null);
  await peer.loadText('q8');
  const random = createTexts(1);
  const some = (size: number) => {
    const { count, tokens } = work(size);
    return Array.from({ length: count }, () => random.words(wordsOf(tokens)));
  };
  const embed = (size: number) =>
    tte.embedMany(
      some(size).map((text) => ({ text })),
      { think: 'never' },
    );
  return {
    ours: { prepare: async (size) => () => embed(size), end: () => tte.dispose() },
    theirs: { prepare: async (size) => () => peer.embedTexts(some(size)), end: () => peer.terminate() },
  };
}

/** Sizes are megapixels. */
async function startPicture(): Promise<Record<Side, Contender>> {
  const tte = await startOurs({ model: { embedder: '/models/tiny-clip/' }, device: 'wasm' });
  const peer = await startPeer(null);
  await peer.loadVision('tiny-clip', 'wasm');
  const prepare = (embed: (jpeg: Blob) => Promise<unknown>) => async (size: number) => {
    const jpeg = await picture(Math.round(Math.sqrt(size * 1e6)));
    return () => embed(jpeg);
  };
  return {
    ours: {
      prepare: prepare((image) => tte.embed({ image }, { think: 'never' })),
      end: () => tte.dispose(),
    },
    theirs: { prepare: prepare((image) => peer.embedImage(image)), end: () => peer.terminate() },
  };
}

/** Sizes are tokens of the trace; ours has its budget in the model folder. */
async function startTrace(): Promise<Record<Side, Contender>> {
  const prompt = await prompts();
  const peer = await startPeer(null);
  await peer.loadDecoder('wasm');
  let end = async () => {};
  return {
    ours: {
      async prepare(size) {
        await end();
        const reasoner = reasonerWithBudget(size);
        const tte = await startOurs({ model: { embedder: EMBEDDER, reasoner }, device: 'wasm' });
        end = () => tte.dispose();
        return () => tte.think({ text: prompt() }, { think: 'answer' });
      },
      end: () => end(),
    },
    theirs: { prepare: (size) => prepareTrace(peer, prompt, size), end: () => peer.terminate() },
  };
}

/** The peer takes a third of a second for each token, so the run that does not count is a short one. */
async function prepareTrace(peer: PeerCalls, prompt: () => string, size: number) {
  let isFirst = true;
  return () => {
    const tokens = isFirst ? Math.min(size, 4) : size;
    isFirst = false;
    return peer.generate(prompt(), tokens);
  };
}

/** The exact top ten of a collection, against the plain scan. */
async function searchCurve(
  sizes: readonly number[],
  glosses: readonly string[],
  onPoint: (point: Point) => Promise<void>,
): Promise<void> {
  const search = await searchOf(glosses);
  for (const size of sizes) {
    const rows = await search(size);
    const p50 = (isOurs: boolean) => {
      const row = rows.find(({ engine }) => engine.startsWith('plain') !== isOurs);
      if (!row) throw new Error(`no figure for ${size} items`);
      return row.p50;
    };
    await onPoint({ size, ours: p50(true), theirs: p50(false) });
  }
}
