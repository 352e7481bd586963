import { expect, test } from 'vitest';
import { readSentenceModules } from './sentence-modules.ts';

const read = (files: Record<string, unknown>) =>
  readSentenceModules({ json: async (path) => (files[path] ?? null) as Record<string, unknown> | null });

const st = (name: string) => `sentence_transformers.models.${name}`;
const modules = (...types: string[]) =>
  types.map((type, idx) => ({
    idx,
    name: String(idx),
    path: idx === 0 ? '' : `${idx}_${type}`,
    type: st(type),
  }));
const flag = (name: string) => ({ '1_Pooling/config.json': { [`pooling_mode_${name}`]: true } });

test.each([
  ['no folder for it', {}, 'mean'],
  ['the mean', flag('mean_tokens'), 'mean'],
  ['the class token', flag('cls_token'), 'cls'],
  ['the last token', flag('lasttoken'), 'last'],
  ['a mean of another length', flag('mean_sqrt_len_tokens'), 'mean'],
  ['named, as newer folders do', { '1_Pooling/config.json': { pooling_mode: 'lasttoken' } }, 'last'],
  ['the largest values', flag('max_tokens'), 'none'],
  ['a weighted mean', flag('weightedmean_tokens'), 'none'],
  ['an unknown one', { '1_Pooling/config.json': { pooling_mode: 'attention' } }, 'none'],
  [
    'two, concatenated',
    { '1_Pooling/config.json': { pooling_mode_cls_token: true, pooling_mode_mean_tokens: true } },
    'none',
  ],
  ['a module of another kind', { 'modules.json': modules('Transformer', 'Pooling', 'LayerNorm') }, 'none'],
  ['the usual modules', { 'modules.json': modules('Transformer', 'Pooling', 'Normalize') }, 'mean'],
])('pooling by %s', async (_, files, pooling) => {
  expect((await read(files)).pooling).toBe(pooling);
});

test('supported Dense modules are listed; otherwise pooling is left to the graph', async () => {
  const dense = { 'modules.json': modules('Transformer', 'Pooling', 'Dense', 'Normalize') };
  expect(await read(dense)).toMatchObject({ pooling: 'mean', dense: ['2_Dense'] });
  const early = { 'modules.json': modules('Transformer', 'Pooling', 'Normalize', 'Dense') };
  expect(await read(early)).toMatchObject({ pooling: 'none', dense: [] });
  expect(await read({ ...dense, ...flag('mean_sqrt_len_tokens') })).toMatchObject({
    pooling: 'none',
    dense: [],
  });
});
