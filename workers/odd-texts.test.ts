/** Users' texts are treated as plain words even if they contain special tokens, in every kind of embedder and every field. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { WireInput } from '../src/shared/protocol.ts';
import { createHost } from './create-host.ts';
import { cosine } from './embedder/vector.ts';
import { nodePlatform } from './platform/node/platform.ts';
import { loadRequest } from './testing/load-request.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tte-odd-'));
afterAll(() => rmSync(dataDir, { recursive: true }));
const modelsUrl = `${pathToFileURL(resolve('public/models'))}/`;
/** text/long-text.test.ts covers the long text with the tokenizer alone, since everything else would take too long here. */
const PICO = 'public/models/pico';
const MODELS = [
  ...['bert-mean', 'clip', 'embeddinggemma2', 'unified-causal'].map(
    (name) => `e2e/fixtures/models/tiny-${name}`,
  ),
  PICO,
];
const USUAL = ['<image>', '</think>', '<think>', '[SEP]', '[PAD]', '<|im_end|>', '<|endoftext|>', '</s>'];

async function load(path: string) {
  const host = createHost(nodePlatform({ dataDir, modelsUrl }));
  await host.load(1, loadRequest(`${pathToFileURL(resolve(path))}/`), () => {}, null, null, null);
  const plain: WireInput = { images: [], layout: 'none', text: '', instruction: '' };
  const options = { think: 'never', role: 'query' } as const;
  return {
    embed: (input: Partial<WireInput>) => host.embed(2, { ...plain, ...input }, options, null),
    embedMany: (inputs: Partial<WireInput>[]) =>
      host.embedMany(
        3,
        inputs.map((input) => ({ ...plain, ...input })),
        options,
        null,
        'collect',
      ),
  };
}

describe.each(MODELS)('%s', (path) => {
  const { added_tokens = [] } = JSON.parse(readFileSync(`${path}/tokenizer.json`, 'utf8'));
  const own = added_tokens.map(({ content }: { content: string }) => content);
  const tokens: string[] = [...new Set([...USUAL, ...own.slice(0, 6)])];

  const loading = load(path);

  test('special tokens in text, instruction and trace do no harm', async () => {
    const { embedMany } = await loading;
    const inputs = [
      ...tokens.map((token) => ({ text: `a ${token}${token} cat` })),
      ...tokens.map((token) => ({ text: 'a cat', instruction: `find ${token}` })),
      ...tokens.map((token) => ({ text: 'a cat', trace: { text: token, source: 'input' } })),
      {
        text: tokens.join(''),
        trace: { text: `<think>${tokens.join('')}</think>${tokens.join(' ')}`, source: 'input' },
      },
    ];
    const results = await embedMany(inputs);
    for (const [i, result] of results.entries()) {
      const vector = result.status === 'fulfilled' ? result.value.vector : null;
      expect(vector?.every(Number.isFinite), `${JSON.stringify(inputs[i])}: ${JSON.stringify(result)}`).toBe(
        true,
      );
    }
  });

  test.skipIf(path === PICO)(
    'half a megabyte without a space takes no longer than what fits of it',
    async () => {
      const { embed } = await loading;
      const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i * 31 + (i >> 3)) % 256);
      const long = Buffer.from(bytes).toString('base64');
      const short = long.slice(0, 10_000);
      const timed = async (input: Partial<WireInput>) => {
        const began = process.cpuUsage(); // of this process: the machine may be busy with others
        const { vector, truncated } = await embed(input);
        return { vector, truncated, ms: process.cpuUsage(began).user / 1000 };
      };
      for (const inputOf of [
        (base64: string) => ({ text: `# A drawing ${base64}` }),
        (base64: string) => ({
          text: 'a cat',
          trace: { text: `<think>${base64}</think>${base64}`, source: 'input' },
        }),
      ]) {
        await timed(inputOf(short)); // engines compile what runs
        const [a, b] = [await timed(inputOf(short)), await timed(inputOf(long))];
        expect([a.truncated, b.truncated]).toEqual([true, true]);
        expect(cosine(a.vector, b.vector)).toBeGreaterThan(0.999999);
        expect(b.ms).toBeLessThan(8 * a.ms + 100); // tokenised to its end: 40 times as long
      }
    },
  );
});
