/** The decode loop: budget, repetition, abort at every step, no leaked results, cached prefixes. */
import { expect, test } from '../harness/test.ts';

type Reasoner = typeof import('../probes/reasoner.ts');

const model = 'tiny-llama';
const question = { text: 'What kind of animal sits under the tree?' };
const long = { text: 'Two dogs run along the beach while a child throws a ball. '.repeat(8) };

test('stops at the budget and reports it', async ({ probe, backend }) => {
  const reasoner = await probe<Reasoner>('reasoner');
  await reasoner.call('open', model, backend, 'fp32');
  for (const budget of [1, 2, 5]) {
    const { trace } = await reasoner.call('think', question, 'full', budget);
    expect(trace).toMatchObject({ tokens: budget, stop: 'budget', source: 'reasoner' });
  }
});

test('aborts after any forward pass, prefill or decode, and frees everything', { tag: '@webgpu' }, async ({
  probe,
  backend,
}) => {
  const reasoner = await probe<Reasoner>('reasoner');
  await reasoner.call('open', model, backend, 'fp32');
  const whole = await reasoner.call('think', question, 'full'); // caches its prefix
  const resting = whole.live;
  for (let after = 1; after < whole.runs; after++) {
    const told = await reasoner.call('thinkAndAbort', question, 'full', after);
    expect(told, `abort after pass ${after}`).toEqual({ error: 'as asked', runs: after, live: resting });
  }
  const pieces = await reasoner.call('thinkAndAbort', long, 'answer', 1);
  expect(pieces, 'between two chunks of a prompt').toEqual({ error: 'as asked', runs: 1, live: resting });
  const again = await reasoner.call('think', question, 'full');
  expect(again.trace).toEqual(whole.trace);
  expect((await reasoner.call('release')).live).toBe(0);
});

test('receives an abort although forward passes block the worker', async ({ probe, backend }) => {
  const reasoner = await probe<Reasoner>('reasoner');
  await reasoner.call('open', model, backend, 'fp32');
  await reasoner.call('slowDown', 100);
  const thinking = reasoner.call('think', question, 'full').then(
    () => 'finished',
    (error: Error) => error.message,
  );
  expect(await reasoner.call('ping')).toBe(true);
  const runs = await reasoner.call('abort');
  expect(runs).toBeGreaterThan(0);
  expect(await thinking).toBe('as asked');
  expect((await reasoner.call('abort')) - runs, 'passes after the abort').toBeLessThanOrEqual(1);
});

test('frees everything when the listener throws', async ({ probe, backend }) => {
  const reasoner = await probe<Reasoner>('reasoner');
  await reasoner.call('open', model, backend, 'fp32');
  const { live } = await reasoner.call('think', question, 'answer');
  expect(await reasoner.call('throwing', question)).toEqual({ error: 'the page is gone', live });
});

test('computes a shared prefix once, with the same result', async ({ probe, backend }) => {
  const instruction = 'Describe what is left of the house, and what stands behind it.';
  const inputs = ['the cat on the roof', 'two dogs', long.text].map((text) => ({ text, instruction }));
  const warm = await probe<Reasoner>('reasoner');
  await warm.call('open', model, backend, 'fp32');
  for (const [index, input] of inputs.entries()) {
    const cold = await probe<Reasoner>('reasoner');
    await cold.call('open', model, backend, 'fp32');
    const first = await cold.call('think', input, 'answer');
    const reusing = await warm.call('think', input, 'answer');
    expect(reusing.trace).toEqual(first.trace);
    expect(first.reusedTokens).toBe(0);
    if (index > 0) expect(reusing.reusedTokens).toBeGreaterThan(40);
    expect(reusing.promptTokens).toBe(first.promptTokens);
  }
});

test('caches only a few prefixes', async ({ probe, backend }) => {
  const reasoner = await probe<Reasoner>('reasoner');
  await reasoner.call('open', model, backend, 'fp32');
  const live: number[] = [];
  for (const word of ['cat', 'dog', 'house', 'river', 'bridge']) {
    live.push(
      (await reasoner.call('think', { text: 'x', instruction: `Look at the ${word}` }, 'answer')).live,
    );
  }
  const [one = 0] = live;
  expect(live).toEqual([1, 2, 3, 3, 3].map((entries) => entries * one));
});

test('refuses images without a vision encoder', async ({ probe, backend }) => {
  const reasoner = await probe<Reasoner>('reasoner');
  await reasoner.call('open', model, backend, 'fp32');
  const refused = reasoner.call('think', { images: ['badge.png'] }, 'answer');
  await expect(refused).rejects.toMatchObject({ code: 'invalid-input' });
});

test('truncates a text that does not fit and reports it', async ({ probe, backend }) => {
  const reasoner = await probe<Reasoner>('reasoner');
  await reasoner.call('open', model, backend, 'fp32');
  const thought = await reasoner.call('think', { text: long.text.repeat(3) }, 'answer');
  expect(thought.truncated).toBe(true);
  expect(thought.promptTokens).toBeLessThanOrEqual(512);
  expect((await reasoner.call('think', question, 'answer')).truncated).toBe(false);
});

test('encodes the same pictures only once', async ({ probe, backend }) => {
  const reasoner = await probe<Reasoner>('reasoner');
  await reasoner.call('open', 'tiny-llava', backend, 'fp32');
  const input = { images: ['landscape.png', 'badge.png'], text: 'Which is old?' };
  const first = await reasoner.call('think', input, 'answer');
  const second = await reasoner.call('think', input, 'answer');
  expect(second.trace).toEqual(first.trace);
  expect(first.runs - second.runs, 'passes of the vision encoder saved').toBe(2);
  const other = await reasoner.call('think', { ...input, images: ['badge.png'] }, 'answer');
  expect(other.trace.text).not.toBe(first.trace.text);
});

test('aborts between pictures', async ({ probe, backend }) => {
  const reasoner = await probe<Reasoner>('reasoner');
  await reasoner.call('open', 'tiny-llava', backend, 'fp32');
  const input = { images: ['landscape.png', 'badge.png'], text: 'Which is old?' };
  expect(await reasoner.call('thinkAndAbort', input, 'answer', 1)).toEqual({
    error: 'as asked',
    runs: 1,
    live: 0,
  });
});
