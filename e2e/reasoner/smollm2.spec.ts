/** A real reasoner: SmolLM2-135M in 4 bits. */
import { expect, needWeights, test } from '../harness/test.ts';

type Reasoner = typeof import('../probes/reasoner.ts');
type Peer = typeof import('../probes/transformers.ts');

const model = 'SmolLM2-135M-Instruct';

// The unmodified graph takes a quarter of a second per token, and much longer on a busy machine.
test.describe.configure({ timeout: 400_000 });

test("with the file's own graph it writes the same tokens as transformers.js", async ({ probe }) => {
  needWeights(model);
  const text = 'how do plants make food';
  const peer = await probe<Peer>('transformers');
  const theirs = await peer.call(
    'answer',
    `HuggingFaceTB/${model}`,
    'q4',
    [{ role: 'user', content: text }],
    8,
  );
  const reasoner = await probe<Reasoner>('reasoner');
  await reasoner.call('open', model, 'wasm', 'q4', true);
  const ours = await reasoner.call('think', { text }, 'answer', 8);
  expect(ours.trace).toMatchObject({ text: theirs.text, tokens: theirs.ids.length });
});

test('with the rewritten graph it answers and ends by itself', async ({ probe }) => {
  needWeights(model);
  const reasoner = await probe<Reasoner>('reasoner');
  await reasoner.call('open', model, 'wasm', 'q4');
  const plants = await reasoner.call('think', { text: 'how do plants make food' }, 'answer', 24);
  expect(plants.trace.text).toContain('photosynthesis');
  expect(plants.trace).toMatchObject({ tokens: 24, stop: 'budget' });
  const capital = await reasoner.call('think', { text: 'What is the capital of France?' }, 'answer');
  expect(capital.trace.stop).toBe('end');
  expect([plants.discarded, capital.discarded]).toEqual([undefined, undefined]);
  expect(capital.live - plants.live, 'results left over').toBe(0);
});
