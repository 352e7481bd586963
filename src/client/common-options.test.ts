import { expect, test } from 'vitest';
import type { NodeEmbedderOptions } from '../node/index.ts';
import { checkCommonOptions } from './common-options.ts';
import type {
  AddFilesOptions,
  DetachedIndexOptions,
  ExportOptions,
  ImportOptions,
  ListOptions,
  OpenIndexOptions,
  ProjectionOptions,
  RecallOptions,
  SearchOptions,
} from './index-types.ts';
import { NAMES } from './option-names.ts';
import type { EmbedManyOptions, EmbedOptions, ThinkOptions } from './types.ts';

type Name =
  | keyof NodeEmbedderOptions
  | keyof EmbedOptions
  | keyof EmbedManyOptions
  | keyof ThinkOptions
  | keyof OpenIndexOptions
  | keyof DetachedIndexOptions
  | keyof AddFilesOptions
  | keyof SearchOptions
  | keyof ListOptions
  | keyof ExportOptions
  | keyof ImportOptions
  | keyof RecallOptions
  | keyof ProjectionOptions;

/** What the types have: without one of them this does not compile. */
const OPTIONS: Record<Name, 0> = {
  answer: 0,
  assetsUrl: 0,
  cache: 0,
  context: 0,
  customOperators: 0,
  dataDir: 0,
  decodeImage: 0,
  device: 0,
  dimensions: 0,
  dtype: 0,
  earlier: 0,
  fetch: 0,
  format: 0,
  from: 0,
  headers: 0,
  hubUrl: 0,
  hybrid: 0,
  instruction: 0,
  limit: 0,
  locale: 0,
  metadata: 0,
  model: 0,
  modelsUrl: 0,
  offset: 0,
  onError: 0,
  onProgress: 0,
  onSpaceMismatch: 0,
  onTrace: 0,
  onWarning: 0,
  preload: 0,
  queries: 0,
  reembed: 0,
  role: 0,
  sample: 0,
  seed: 0,
  signal: 0,
  space: 0,
  think: 0,
  threads: 0,
  thumbnails: 0,
  topK: 0,
  where: 0,
  workerUrl: 0,
};

test('knows every option', () => {
  expect(NAMES).toEqual(Object.keys(OPTIONS));
});

test.each([
  [{ modle: 'minilm' }, 'model'],
  [{ thnk: 'never' }, 'think'],
  [{ rol: 'query' }, 'role'],
  [{ topk: 3 }, 'topK'],
  [{ top_k: 3 }, 'topK'],
  [{ onprogress() {} }, 'onProgress'],
  [{ dimension: 128 }, 'dimensions'],
  [{ workerURL: '/w.js' }, 'workerUrl'],
  [{ signals: new AbortController().signal }, 'signal'],
])('%o has a name that is nearly %s', async (options, meant) => {
  const [name] = Object.keys(options);
  await expect(checkCommonOptions(options as object)).rejects.toEqual(
    expect.objectContaining({
      code: 'invalid-input',
      message: `options.${name}: there is no such option; did you mean ${meant}?`,
    }),
  );
});

test.each([
  [null, /^options: pass an object, not null/],
  ['minilm', /^options: pass an object, not minilm/],
  [3, /^options: pass an object, not 3/],
  [{ preload: 'yes' }, /^options\.preload: must be of type boolean, not string/],
  [{ onProgress: true }, /^options\.onProgress: must be of type function, not boolean/],
  [{ dataDir: 3 }, /^options\.dataDir: must be of type string, not number/],
  [{ seed: '1' }, /^options\.seed: must be of type number, not string/],
  [{ cache: 100 }, /^options\.cache: must be of type object, not number/],
  [{ signal: new AbortController() }, /^options\.signal: pass an AbortSignal/],
  [{ signal: null }, /^options\.signal: pass/],
  [{ signal: 5000 }, /^options\.signal: pass/],
])('refuses %o', async (options, message) => {
  await expect(checkCommonOptions(options as object)).rejects.toEqual(
    expect.objectContaining({ code: 'invalid-input', message: expect.stringMatching(message) }),
  );
});

test.each<object>([
  {},
  { model: undefined, onProgress: undefined },
  Object.freeze({ think: 'never', signal: new AbortController().signal }),
  new Proxy({ topK: 3, hybrid: false }, {}),
  { label: 'mine', key: 1, id: 2, constructor: 3, toString: 4 }, // none of our business
])('leaves %o alone', async (options) => {
  await expect(checkCommonOptions(options)).resolves.toBeUndefined();
});
