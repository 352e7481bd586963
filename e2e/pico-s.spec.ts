/** The separate system: the preset `pico-s` embeds inputs with traces of pico. */
import { existsSync } from 'node:fs';
import { expect, test } from './harness/test.ts';

const SCENE = { image: '/fixtures/images/landscape.png' };
const THING = { image: '/samples/bear.webp' };
const INPUT = { ...SCENE, text: 'what kind of thing is at the northwest ?' };

test('pico-s thinks with pico and reads the trace', async ({ tte }) => {
  test.skip(!existsSync('public/models/pico-s/tte.json'), 'no public/models/pico-s: it has not been trained');
  const found = await tte.evaluate(async (input) => {
    const open = (model: string) =>
      window.tte.createEmbedder({ model, modelsUrl: '/models/', device: 'wasm' });
    const [apart, unified] = [await open('pico-s'), await open('pico')];
    const [own, same] = [
      await apart.embed(input, { think: 'full' }),
      await unified.embed(input, { think: 'full' }),
    ];
    const text = own.trace?.text ?? '';
    const given = await apart.embed({ ...input, trace: text }, { think: 'full' });
    const other = await apart.embed({ ...input, trace: '</think> lion : mammal , animal' });
    const plain = await apart.embed(input, { think: 'never' });
    const cosine = (a: Float32Array, b: Float32Array) =>
      a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
    const result = {
      system: apart.info.system,
      embedder: apart.info.embedder.id,
      reasoner: apart.info.reasoner?.id,
      lengths: [own, given, other, plain].map(({ vector }) => Math.hypot(...vector)),
      trace: text,
      unifiedTrace: same.trace?.text,
      again: cosine(own.vector, given.vector),
      others: [other, plain].map(({ vector }) => cosine(own.vector, vector)),
      spaces: new Set([own.space, same.space]).size,
    };
    await Promise.all([apart.dispose(), unified.dispose()]);
    return result;
  }, INPUT);
  expect(found).toMatchObject({ system: 'separate', embedder: 'pico-s', reasoner: 'pico', spaces: 2 });
  for (const length of found.lengths) expect(length).toBeCloseTo(1, 4);
  expect(found.trace).toMatch(/^<think>.*<\/think>/s);
  expect(found.trace).toBe(found.unifiedTrace);
  // The same trace, written or given, is the same vector; another trace, or none, is another vector.
  expect(found.again).toBeGreaterThan(0.9999);
  for (const cosine of found.others) expect(cosine).toBeLessThan(0.999);
});

test('a picture of one thing is described with what the glossary says of it', async ({ tte }) => {
  const found = await tte.evaluate(async (picture) => {
    const embedder = await window.tte.createEmbedder({ model: 'pico', device: 'wasm' });
    const options = { think: 'answer', role: 'document' } as const;
    const own = await embedder.embed(picture, options);
    const text = own.trace?.text ?? '';
    const given = await embedder.embed({ ...picture, trace: text }, options);
    const described = await embedder.embed({ ...picture, text: 'describe the picture' }, options);
    const asked = await embedder.embed({ ...picture, text: 'what color is it ?' }, options);
    const glossary: Record<string, string> = await (await fetch('/models/pico/glossary.json')).json();
    await embedder.dispose();
    return {
      text,
      known: Object.entries(glossary).find(([thing]) => text.startsWith(`</think> ${thing} :`)),
      described: described.trace?.text,
      asked: asked.trace?.text,
      cosine: own.vector.reduce((sum, x, i) => sum + x * (given.vector[i] as number), 0),
    };
  }, THING);
  const [thing, entry] = found.known ?? [];
  expect(thing, found.text).toBeDefined();
  expect(found.text).toContain(` , ${entry}`);
  // Whoever asks for the whole picture is told it as of one that nothing is asked about.
  expect(found.described).toBe(found.text);
  expect(found.asked).not.toContain(entry);
  // Its states are the same, regardless of who wrote the words.
  expect(found.cosine).toBeGreaterThan(0.9999);
});
