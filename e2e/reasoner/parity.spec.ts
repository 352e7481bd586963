/** Parity of greedy decoding, traces and vectors with the Python reference. */
import { readFileSync } from 'node:fs';
import { cosine } from '../../workers/embedder/vector.ts';
import { expect, test } from '../harness/test.ts';
import type { Input } from '../probes/reasoner.ts';

type Reasoner = typeof import('../probes/reasoner.ts');

interface Case {
  name: string;
  input: Input;
  role?: Input['role'];
  think: 'never' | 'answer' | 'full' | null;
  start?: string;
  generated?: string;
  tokens?: number[];
  stopped?: 'eos' | 'length';
  inputIds: number[];
  vector?: number[];
}

const casesOf = (model: string): Case[] =>
  JSON.parse(readFileSync(`e2e/fixtures/models/${model}/reference.json`, 'utf8')).cases;

for (const model of ['tiny-llama', 'tiny-smolvlm', 'tiny-llava', 'tiny-qwen2-vl']) {
  test(`${model} writes the same trace as the reference`, { tag: '@webgpu' }, async ({ probe, backend }) => {
    const reasoner = await probe<Reasoner>('reasoner');
    await reasoner.call('open', model, backend, 'fp32');
    for (const { name, input, think, generated, tokens, stopped, inputIds } of casesOf(model)) {
      const thought = await reasoner.call('think', input, think === 'full' ? 'full' : 'answer');
      if (thought.truncated) {
        // The reference does not truncate; decoding.spec.ts tests texts that do not fit.
        expect(name).toBe('long');
        continue;
      }
      const told = {
        text: thought.trace.text,
        tokens: thought.trace.tokens,
        prompt: thought.promptTokens,
        stop: thought.trace.stop,
      };
      const start = think === 'full' ? '<think>' : '';
      expect(told, name).toEqual({
        text: start + generated,
        tokens: tokens?.length,
        prompt: inputIds.length,
        stop: stopped === 'eos' ? 'end' : 'budget',
      });
      expect(thought.deltas.join(''), name).toBe(thought.trace.text);
    }
    expect((await reasoner.call('release')).live).toBe(0);
  });
}

for (const model of ['tiny-unified-causal', 'tiny-unified-prefix']) {
  test(`${model} gives the reference's vectors, with and without thinking`, { tag: '@webgpu' }, async ({
    probe,
    backend,
  }) => {
    const unified = await probe<Reasoner>('reasoner');
    await unified.call('open', model, backend, 'fp32');
    for (const { name, input, role, think, generated, vector = [] } of casesOf(model)) {
      const given = role ? { ...input, role } : input;
      const isThought = think === 'answer' || think === 'full';
      const thought = isThought ? await unified.call('think', given, think) : null;
      const [plain] = isThought ? [] : await unified.call('encode', [given]);
      if (thought) expect(thought.trace.text, name).toBe(generated);
      const floor = input.images?.some((image) => image.endsWith('.jpg')) ? 0.999 : 0.99999;
      expect(cosine(thought?.vector ?? plain ?? [], vector), name).toBeGreaterThan(floor);
    }
    const texts = casesOf(model).filter(({ think, input }) => think === 'never' && !input.images);
    const together = await unified.call(
      'encode',
      texts.map(({ input, role }) => (role ? { ...input, role } : input)),
    );
    for (const [row, { name, vector = [] }] of texts.entries()) {
      expect(cosine(together[row] ?? [], vector), `${name}, in a batch`).toBeGreaterThan(0.99999);
    }
    expect((await unified.call('release')).live).toBe(0);
  });
}
