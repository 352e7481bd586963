import { startOurs, startPeer } from './contenders.ts';

/** Milliseconds from the start of navigation to the first vector; each side uses its own defaults and storage. */
export async function visit(side: string): Promise<number> {
  const text = 'the first text of this visit';
  if (side === 'ours') {
    const tte = await startOurs({
      model: { embedder: '/models/all-MiniLM-L6-v2/' },
      device: 'wasm',
      dtype: 'q4',
    });
    await tte.embed({ text }, { think: 'never' });
  } else {
    const peer = await startPeer(null);
    await peer.loadText('q8');
    await peer.embedTexts([text]);
  }
  return performance.now();
}
