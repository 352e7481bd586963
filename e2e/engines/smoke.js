// Runs in a page of any engine: window.smoke.<step>() returns plain JSON. Plain JavaScript, because it is served unbuilt.
const workers = [];
window.Worker = class extends Worker {
  constructor(...args) {
    super(...args);
    workers.push(this);
  }
};
const { createEmbedder, isTteError } = await import('/dist/index.js');

const QUESTION = 'what is in the picture ?';
const NOTES = {
  bees: 'Bees live in hives and make honey.',
  rent: 'The rent is due on the first of each month.',
  whales: 'Whales are mammals that live in the sea.',
};
let embedder;

async function picture() {
  const response = await fetch('/samples/apple.webp');
  return response.blob();
}

window.smoke = {
  has: () => ({
    crossOriginIsolated,
    webgpu: 'gpu' in navigator,
    locks: 'locks' in navigator,
    abortAny: 'any' in AbortSignal,
    offscreenCanvas: typeof OffscreenCanvas !== 'undefined',
    relaxedSimd: WebAssembly.validate(
      // (func (result v128) v128.const 0, v128.const 0, i8x16.relaxed_swizzle)
      new Uint8Array([
        0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 43, 1, 41, 0, 253, 12, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 253, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 253,
        128, 2, 11,
      ]),
    ),
  }),

  async load() {
    const began = performance.now();
    embedder = await createEmbedder({ device: 'wasm' });
    return {
      info: { device: embedder.info.device, threads: embedder.info.threads },
      ms: performance.now() - began,
    };
  },

  /** Vectors of a text, a picture, and both with a trace; and the trace. */
  async embed() {
    const image = await picture();
    const text = await embedder.embed({ text: NOTES.bees }, { think: 'never' });
    const seen = await embedder.embed({ image }, { think: 'never' });
    const both = await embedder.embed({ image, text: QUESTION }, { think: 'answer' });
    const vectors = { text, picture: seen, both };
    return {
      vectors: Object.fromEntries(Object.entries(vectors).map(([name, { vector }]) => [name, [...vector]])),
      space: text.space,
      trace: both.trace?.text ?? null,
    };
  },

  async fill() {
    const index = await embedder.openIndex('smoke');
    const items = Object.entries(NOTES).map(([id, text]) => ({ id, text }));
    const { added } = await index.add([...items, { id: 'apple', image: await picture() }]);
    return { added, count: await index.count() };
  },

  async search() {
    const index = await embedder.openIndex('smoke');
    const stages = [];
    for await (const { hits } of index.search(
      { text: 'insects that produce sweet food' },
      { think: 'never' },
    )) {
      stages.push(hits.map(({ id }) => id));
    }
    const [thumbnail] = await index.thumbnails(['apple']);
    return { count: await index.count(), hits: stages.at(-1), thumbnail: thumbnail?.size ?? 0 };
  },

  /** Terminates the worker during a call; the next call must work. */
  async kill() {
    const pending = embedder.embed({ text: 'cut off in the middle' }, { think: 'never' });
    for (const worker of workers) worker.terminate();
    const code = await pending.then(
      () => 'fulfilled',
      (error) => (isTteError(error) ? error.code : String(error)),
    );
    const { vector } = await embedder.embed({ text: NOTES.whales }, { think: 'never' });
    return { code, dimensions: vector.length };
  },

  async again() {
    const { vector } = await embedder.embed(
      { text: 'words that were never embedded before' },
      { think: 'never' },
    );
    return vector.length;
  },
};
