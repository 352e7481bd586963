/** MiniLM from its 14.7 MB file against the peer with its 22.9 MB (q8) and its 14.7 MB (q4) file. */

import { atBestThreads, type Contender, compare, startOurs, startPeer, timed } from '../contenders.ts';
import type { Row } from '../row.ts';
import { createTexts } from '../texts.ts';

const MODEL = { model: { embedder: '/models/all-MiniLM-L6-v2/' }, device: 'wasm', dtype: 'q4' } as const;

async function ours(threads: number, texts: () => string[]): Promise<Contender> {
  const tte = await startOurs({ ...MODEL, threads });
  return {
    run: () =>
      timed(async () => {
        const [first = '', ...more] = texts();
        if (more.length === 0) await tte.embed({ text: first }, { think: 'never' });
        else
          await tte.embedMany(
            [first, ...more].map((text) => ({ text })),
            { think: 'never' },
          );
      }),
    end: () => tte.dispose(),
  };
}

async function theirs(threads: number, dtype: 'q8' | 'q4', texts: () => string[]): Promise<Contender> {
  const peer = await startPeer(threads);
  await peer.loadText(dtype);
  return { run: () => timed(() => peer.embedTexts(texts())), end: () => peer.terminate() };
}

async function row(
  name: string,
  dtype: 'q8' | 'q4',
  rounds: number,
  make: () => () => string[],
): Promise<Row> {
  const tries = rounds < 10 ? 1 : 20;
  const a = await atBestThreads((threads) => ours(threads, make()), tries);
  const b = await atBestThreads((threads) => theirs(threads, dtype, make()), tries);
  return { name, ...(await compare(a, b, rounds)), unit: 'ms', peer: `transformers.js, ${dtype}` };
}

const short = () => {
  const texts = createTexts(1);
  return () => [texts.sentence()];
};

export const textSingle = async () => [await row('text-single', 'q8', 40, short)];
export const textSingleQ4 = async () => [await row('text-single-q4', 'q4', 20, short)];
export const textBatch = async () => [
  await row('text-batch', 'q8', 3, () => {
    const texts = createTexts(2);
    // From a title to a paragraph, most of them short.
    return () => Array.from({ length: 256 }, () => texts.words(texts.skewed(3, 48)));
  }),
];
