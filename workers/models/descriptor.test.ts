import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isTteError } from '../../src/shared/errors.ts';
import { parseDescriptor } from './descriptor.ts';

const valid = {
  format: 1,
  id: 'm',
  revision: '1',
  kind: 'embedder',
  architecture: 'text-encoder',
  license: 'MIT',
  source: 'here',
  sessions: { model: { q4: { path: 'onnx/model_q4.onnx', data: ['onnx/model_q4.onnx_data'] } } },
  files: {
    'onnx/model_q4.onnx': { bytes: 10, sha256: 'a'.repeat(64) },
    'onnx/model_q4.onnx_data': { bytes: 100 },
  },
  embedding: { dimensions: 2, pooling: 'mean', matryoshka: [1] },
  text: { maxTokens: 64 },
  image: { processor: 'preprocessor_config', token: '<image>', tokens: 16 },
  prompts: {
    embed: { query: 'q: {text}', document: '{text}' },
    think: {
      chat: false,
      answer: { user: '{text}' },
      full: { system: 's', user: '{text}', start: '<think>' },
      maxTokens: { answer: 8, full: 32 },
    },
  },
  fusion: { text: 1, image: 0, trace: 0.5 },
  golden: [{ input: { text: 'a', role: 'query' }, vector: [0, 1], minCosine: 0.98 }],
  scores: { 'stsb-dev': 86.7 },
};

test('a valid descriptor is returned unchanged', () => {
  expect(parseDescriptor(valid)).toEqual(valid);
});

test('optional fields may be absent; unknown ones are dropped', () => {
  const { image, fusion, golden, scores, ...rest } = valid;
  expect(parseDescriptor({ ...rest, prompts: {}, comment: 'x' })).toEqual({ ...rest, prompts: {} });
});

test.each([
  ['tte.json must be an object', null],
  ['tte.json: format must be 1', { ...valid, format: 2 }],
  ['tte.json: id must be a string', { ...valid, id: undefined }],
  ['tte.json: kind must be one of unified, reasoner, embedder', { ...valid, kind: 'both' }],
  ['tte.json: architecture must be one of', { ...valid, architecture: 'bert' }],
  ['tte.json: embedding is needed for kind "embedder"', { ...valid, embedding: undefined }],
  ['tte.json: embedding.pooling must be one of', { ...valid, embedding: { dimensions: 2, pooling: 'max' } }],
  [
    'tte.json: embedding.dimensions must be a positive integer',
    { ...valid, embedding: { dimensions: 0, pooling: 'cls' } },
  ],
  ['tte.json: text.maxTokens must be a number', { ...valid, text: {} }],
  ['tte.json: sessions must name a session', { ...valid, sessions: {} }],
  ['tte.json: sessions.model.q5 is not a dtype', { ...valid, sessions: { model: { q5: { path: 'x' } } } }],
  [
    'tte.json: sessions.model.q4 names onnx/x, which "files" does not list',
    { ...valid, sessions: { model: { q4: { path: 'onnx/x' } } } },
  ],
  [
    'tte.json: sessions.model.q4.path must be a path inside the folder',
    { ...valid, sessions: { model: { q4: { path: '../x' } } } },
  ],
  [
    'tte.json: files.onnx/model_q4.onnx.sha256 must be 64',
    { ...valid, files: { ...valid.files, 'onnx/model_q4.onnx': { bytes: 1, sha256: 'AB' } } },
  ],
  ...[
    undefined, // no such file
    { bytes: 9 },
    { bytes: 10, gzip: { bytes: 1, sha256: 'a'.repeat(64), base: 'onnx/model_q4.onnx' } },
  ].map((base): [string, object] => [
    'tte.json: files.b.gzip.base must be a file that "files" lists',
    {
      ...valid,
      files: {
        ...valid.files,
        ...(base && { a: base }),
        b: { bytes: 10, gzip: { bytes: 1, sha256: 'a'.repeat(64), base: base ? 'a' : 'c' } },
      },
    },
  ]),
  ['tte.json: prompts.embed.document must be a string', { ...valid, prompts: { embed: { query: '' } } }],
  ['tte.json: fusion.trace must lie between 0 and 1', { ...valid, fusion: { text: 1, image: 0, trace: 2 } }],
  [
    'tte.json: golden.0.vector must have embedding.dimensions numbers, not 1',
    { ...valid, golden: [{ input: {}, vector: [1], minCosine: 1 }] },
  ],
  [
    'tte.json: golden.0.vector.1 must be a number',
    { ...valid, golden: [{ input: {}, vector: [1, 'x'], minCosine: 1 }] },
  ],
])('%s', (message, json) => {
  try {
    parseDescriptor(json);
  } catch (error) {
    expect(isTteError(error, 'model-invalid')).toBe(true);
    expect((error as Error).message).toContain(message);
    return;
  }
  throw new Error('was accepted');
});

const folders = ['../../e2e/fixtures/models', '../../public/models']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .flatMap((path) => (existsSync(path) ? readdirSync(path).map((name) => `${path}/${name}`) : []))
  .filter((folder) => existsSync(`${folder}/tte.json`));

test.each(folders)('%s has a valid descriptor', (folder) => {
  const { id } = parseDescriptor(JSON.parse(readFileSync(`${folder}/tte.json`, 'utf8')));
  expect(folder.endsWith(id)).toBe(true);
});
