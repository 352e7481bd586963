/** Loads a model and uses it once, so that the cost can be measured. */
import { startOurs, startPeer } from './contenders.ts';
import type { LoadedModel, Side } from './row.ts';
import { EMBEDDER, reasonerWithBudget } from './rows/decode.ts';

const TEXT = 'The ferry leaves the harbour at seven in the morning.';
const TOKENS = 4;

/** What has been loaded stays: nothing is disposed. */
export async function load(side: Side, model: LoadedModel): Promise<void> {
  if (side === 'ours') await (model === 'SmolLM2' ? think() : embed(model));
  else await loadPeer(model);
}

async function embed(model: 'MiniLM' | 'pico'): Promise<void> {
  const source =
    model === 'pico' ? {} : { model: { embedder: '/models/all-MiniLM-L6-v2/' }, dtype: 'q4' as const };
  const tte = await startOurs({ ...source, device: 'wasm' });
  await tte.embed({ text: TEXT }, { think: 'never' });
}

async function think(): Promise<void> {
  const tte = await startOurs({
    model: { embedder: EMBEDDER, reasoner: reasonerWithBudget(TOKENS) },
    device: 'wasm',
  });
  await tte.think({ text: TEXT }, { think: 'answer' });
}

async function loadPeer(model: LoadedModel): Promise<void> {
  const peer = await startPeer(null);
  if (model === 'pico') throw new Error('transformers.js does not run pico');
  if (model === 'MiniLM') {
    await peer.loadText('q8');
    await peer.embedTexts([TEXT]);
  } else {
    await peer.loadDecoder('wasm');
    await peer.generate(TEXT, TOKENS);
  }
}
