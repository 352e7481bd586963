import { expect, test } from 'vitest';
import { presets } from './presets.ts';
import { reasonerOf, resolveSource } from './source.ts';

const origins = { modelsUrl: 'https://page.example/models/', hubUrl: 'https://hub.example/' };

test('a preset of our own is a folder beside the package', () => {
  expect(resolveSource('pico', origins)).toEqual({
    url: 'https://page.example/models/pico/',
    id: 'pico',
    hub: null,
    part: {},
    builtIn: null,
  });
});

test('one that comes with the package is where its files are', () => {
  const model = {
    texts: { 'tte.json': '{}' },
    urls: { 'onnx/a.onnx': 'https://page.example/assets/a-1234.onnx' },
  };
  const builtInModel = (name: string) => (name === 'pico' ? model : null);
  const withModel = { ...origins, builtInModel };
  expect(resolveSource('pico', withModel)).toMatchObject({ url: 'built-in:pico', builtIn: model });
  expect(resolveSource('pico-s', withModel).url).toBe('https://page.example/models/pico-s/');
});

test('one name for both tasks: an embedder of our own names who writes its traces, others write their own', () => {
  expect(reasonerOf('pico-s')).toBe('pico');
  for (const ref of ['pico', 'minilm', 'a/b', 'https://x.example/m/']) expect(reasonerOf(ref)).toBe(ref);
});

test('a hub preset brings what its folder does not tell', () => {
  const { url, hub, part } = resolveSource('minilm', origins);
  expect(url).toBe('https://hub.example/Xenova/all-MiniLM-L6-v2/resolve/main/');
  expect(hub).toEqual({ id: 'Xenova/all-MiniLM-L6-v2', revision: 'main' });
  expect(part.text).toEqual({ maxTokens: 256 });
});

test('hub ids, with and without a revision', () => {
  expect(resolveSource('a/b.c_d-1', origins).url).toBe('https://hub.example/a/b.c_d-1/resolve/main/');
  expect(resolveSource('a/b@refs/pr/1', origins)).toMatchObject({
    url: 'https://hub.example/a/b/resolve/refs%2Fpr%2F1/',
    hub: { id: 'a/b', revision: 'refs/pr/1' },
  });
});

test('folder URLs, with and without a slash at the end, without their query', () => {
  for (const url of ['https://x.example/m/my%20model', 'https://x.example/m/my%20model/?v=1#top']) {
    expect(resolveSource(url, origins)).toMatchObject({
      url: 'https://x.example/m/my%20model/',
      id: 'my model',
    });
  }
});

test.each(['nothing-like-it', 'a/b/c', 'a/b@', '@/b', 'constructor'])('%s is refused', (ref) => {
  expect(() => resolveSource(ref, origins)).toThrowError(
    expect.objectContaining({ code: 'model-not-found' }),
  );
});

test('every hub preset resolves', () => {
  for (const name of Object.keys(presets)) expect(resolveSource(name, origins).url).toMatch(/\/$/);
});

test('the presets of the E5 family put their prefix before queries and documents', () => {
  for (const name of ['e5-small', 'multilingual']) {
    const { prompts, embedding } = resolveSource(name, origins).part;
    expect(embedding?.pooling).toBe('mean');
    expect(prompts?.embed?.query).toMatch(/^query: /);
    expect(prompts?.embed?.document).toMatch(/^passage: /);
  }
});
