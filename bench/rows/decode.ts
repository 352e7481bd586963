/** SmolLM2-135M, the same 99 MB file on both sides: greedy after a prompt of 200 tokens. */

import { compareThreads, startOurs, startPeer } from '../contenders.ts';
import type { Contender } from '../rounds.ts';
import type { Row } from '../row.ts';
import { createTexts } from '../texts.ts';

const PROMPT_TOKENS = 200;
const NEW_TOKENS = 64;
/** The peer takes a third of a second for each; its time a token does not depend on their number. */
const PEER_TOKENS = 12;
/** A model folder with the same weights, no prompt template, and a budget of 64 tokens in mode `answer` and 1 in `full`. */
const REASONER = '/bench/models/SmolLM2-135M-Instruct/';
/** The same with a budget of `tokens` in mode `answer` and of 1 in `full`; such a folder must be in bench/models. */
export const reasonerWithBudget = (tokens: number) => `/bench/models/SmolLM2-135M-Instruct~${tokens}/`;
/** A separate embedder is required; its time is not counted. */
export const EMBEDDER = '/models/tiny-bert-mean/';

type Phase = 'prefill' | 'decode';

async function ours(threads: number, phase: Phase, prompt: () => string): Promise<Contender> {
  const tte = await startOurs({ model: { embedder: EMBEDDER, reasoner: REASONER }, device: 'wasm', threads });
  const think = async (mode: 'answer' | 'full') => {
    const { trace, usage } = await tte.embed({ text: prompt() }, { think: mode });
    return { ms: usage.ms.think, tokens: usage.traceTokens || (trace?.tokens ?? 0) };
  };
  return {
    async run() {
      const first = await think('full');
      if (phase === 'prefill') return first.ms;
      const all = await think('answer');
      if (all.tokens < NEW_TOKENS / 2) throw new Error(`ours stopped after ${all.tokens} tokens`);
      return (all.ms - first.ms) / (all.tokens - 1);
    },
    end: () => tte.dispose(),
  };
}

async function theirs(threads: number, phase: Phase, prompt: () => string): Promise<Contender> {
  const peer = await startPeer(threads);
  await peer.loadDecoder('wasm');
  return {
    async run() {
      if (phase === 'prefill') return (await peer.generate(prompt(), 2)).prefill;
      const { token, tokens } = await peer.generate(prompt(), PEER_TOKENS);
      if (tokens < PEER_TOKENS / 2) throw new Error(`the peer stopped after ${tokens} tokens`);
      return token;
    },
    end: () => peer.terminate(),
  };
}

/** Prompts never repeat, so that neither side can answer from a cache. */
export async function prompts(): Promise<() => string> {
  const peer = await startPeer(1);
  await peer.loadTokenizer();
  const texts = createTexts(3);
  const list: string[] = [];
  for (let n = 0; n < 40; n++) list.push(await peer.cut(texts.words(2 * PROMPT_TOKENS), PROMPT_TOKENS));
  peer.terminate();
  let next = 0;
  return () => list[next++ % list.length] as string;
}

/** Only one run per round, as the peer takes ten seconds for a prompt. */
async function row(phase: Phase, unit: string): Promise<Row> {
  const prompt = await prompts();
  const figures = await compareThreads(
    (threads) => ours(threads, phase, prompt),
    (threads) => theirs(threads, phase, prompt),
    { runs: 1, warmups: 1 },
  );
  return { name: phase, ...figures, unit, peer: 'transformers.js generate, q4' };
}

export const decode = async () => [await row('decode', 'ms per token')];
export const prefill = async () => [await row('prefill', 'ms')];
