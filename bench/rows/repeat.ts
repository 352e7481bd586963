/** Embeds a text again: our side answers from its cache, the peer computes it again. */
import { compare, startOurs, startPeer, timed } from '../contenders.ts';

const TEXT = 'A photograph of a lighthouse in the evening.';

export const cachedRepeat = async () => {
  const tte = await startOurs({
    model: { embedder: '/models/all-MiniLM-L6-v2/' },
    device: 'wasm',
    dtype: 'q4',
    cache: { vectors: 100, traces: 100 },
  });
  const peer = await startPeer(null);
  await peer.loadText('q8');
  await peer.embedTexts([TEXT]);
  await tte.embed({ text: TEXT });
  const { cached } = await tte.embed({ text: TEXT });
  if (cached !== 'vector') throw new Error('the repeated text was not answered from the cache');
  const ours = { run: () => timed(() => tte.embed({ text: TEXT })), end: () => tte.dispose() };
  const theirs = { run: () => timed(() => peer.embedTexts([TEXT])), end: () => peer.terminate() };
  const figures = await compare(ours, theirs, { runs: 30, warmups: 5 });
  return [
    { name: 'cached-repeat', ...figures, unit: 'ms', peer: 'transformers.js, q8, which keeps no vectors' },
  ];
};
