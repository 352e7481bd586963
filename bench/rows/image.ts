/** One JPEG of 1024 px to a vector, by a tiny dual encoder: this measures everything except the model. */
import { compareThreads, type Start, startOurs, startPeer, timed } from '../contenders.ts';

const NAME = 'tiny-clip';

export const imageSingle = async () => {
  const jpeg = await picture(1024);
  const ours: Start = async (threads) => {
    const tte = await startOurs({ model: { embedder: `/models/${NAME}/` }, device: 'wasm', threads });
    return {
      run: () => timed(() => tte.embed({ image: jpeg }, { think: 'never' })),
      end: () => tte.dispose(),
    };
  };
  const theirs: Start = async (threads) => {
    const peer = await startPeer(threads);
    await peer.loadVision(NAME, 'wasm');
    return { run: () => timed(() => peer.embedImage(jpeg)), end: () => peer.terminate() };
  };
  const figures = await compareThreads(ours, theirs, { runs: 8, warmups: 5 });
  return [
    { name: 'image-single', ...figures, unit: 'ms', peer: 'transformers.js, RawImage + AutoProcessor' },
  ];
};

/** Something with edges, gradients and texture, as a photo has. */
export async function picture(size: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(size, size);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  for (let i = 0; i < 400; i++) {
    const [x, y, r] = [(i * 397) % size, (i * 251) % size, 20 + ((i * 31) % 120)];
    const shade = context.createRadialGradient(x, y, 0, x, y, r);
    shade.addColorStop(0, `hsl(${(i * 47) % 360} 70% ${30 + ((i * 13) % 50)}%)`);
    shade.addColorStop(1, 'transparent');
    context.fillStyle = shade;
    context.fillRect(x - r, y - r, 2 * r, 2 * r);
  }
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
}
