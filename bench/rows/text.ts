/** MiniLM from its 14.7 MB file, compared with the peer on its 22.9 MB (q8) and its 14.7 MB (q4) file. */

import { compareThreads, startOurs, startPeer, timed } from '../contenders.ts';
import type { Contender, Plan } from '../rounds.ts';
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

async function row(name: string, dtype: 'q8' | 'q4', plan: Plan, make: () => () => string[]): Promise<Row> {
  const figures = await compareThreads(
    (threads) => ours(threads, make()),
    (threads) => theirs(threads, dtype, make()),
    plan,
  );
  return { name, ...figures, unit: 'ms', peer: `transformers.js, ${dtype}` };
}

const short = () => {
  const texts = createTexts(1);
  return () => [texts.sentence()];
};

export const textSingle = async () => [
  await row('text-single', 'q8', { runs: 15, warmups: 20, rounds: 5 }, short),
];
export const textSingleQ4 = async () => [
  await row('text-single-q4', 'q4', { runs: 8, warmups: 15, rounds: 5 }, short),
];
export const textBatch = async () => [
  await row('text-batch', 'q8', { runs: 1, warmups: 1 }, () => {
    const texts = createTexts(2);
    // Lengths from a title to a paragraph, most of them short.
    return () => Array.from({ length: 256 }, () => texts.words(texts.skewed(3, 48)));
  }),
];
