import { expect, test, vi } from 'vitest';
import { type LanguageModelStatic, promptApi } from './prompt-api.ts';

const input = { images: [], text: 'a cat', instruction: '' };
const signal = new AbortController().signal;

/** A fake of the browser's API that follows its specification. */
function fake(availability = 'available', deltas = ['one ', 'two']) {
  const destroy = vi.fn();
  const promptStreaming = vi.fn(
    (_prompt: unknown, options: { signal: AbortSignal }) =>
      new ReadableStream<string>({
        start(controller) {
          for (const delta of deltas) controller.enqueue(delta);
          options.signal.addEventListener('abort', () => controller.error(options.signal.reason));
          if (deltas.length > 0) controller.close();
        },
      }),
  );
  const create = vi.fn(async (_options: object) => ({ promptStreaming, destroy }));
  const languageModel = { availability: async () => availability, create } as LanguageModelStatic;
  return { languageModel, create, promptStreaming, destroy };
}

test('prompts the model with system text and pictures, streams, and destroys the session', async () => {
  const { languageModel, create, promptStreaming, destroy } = fake();
  const deltas: string[] = [];
  const image = new Blob(['x'], { type: 'image/png' });
  const reason = promptApi({ languageModel });
  const onToken = (delta: string) => void deltas.push(delta);
  expect(await reason({ ...input, images: [image] }, { signal, onToken, mode: 'full' })).toBe('one two');
  expect(deltas).toEqual(['one ', 'two']);
  expect(create.mock.calls[0]?.[0]).toMatchObject({
    expectedInputs: [{ type: 'text' }, { type: 'image' }],
    initialPrompts: [{ role: 'system', content: expect.stringContaining('<think>') }],
    signal,
  });
  expect(promptStreaming.mock.calls[0]?.[0]).toEqual([
    {
      role: 'user',
      content: [
        { type: 'image', value: image },
        { type: 'text', value: 'Input: a cat' },
      ],
    },
  ]);
  expect(destroy).toHaveBeenCalledTimes(1);
});

test('rejects with unsupported if there is no model, or none for this input', async () => {
  const options = { signal, onToken() {}, mode: 'answer' } as const;
  await expect(promptApi()(input, options)).rejects.toMatchObject({ code: 'unsupported' });
  const { languageModel, create } = fake('unavailable');
  await expect(promptApi({ languageModel })(input, options)).rejects.toMatchObject({ code: 'unsupported' });
  expect(create).not.toHaveBeenCalled();
});

test('abort and failures are typed, and the session is destroyed', async () => {
  const { languageModel, destroy, promptStreaming } = fake('available', []);
  const controller = new AbortController();
  const call = promptApi({ languageModel })(input, {
    signal: controller.signal,
    onToken() {},
    mode: 'answer',
  });
  await vi.waitFor(() => expect(promptStreaming).toHaveBeenCalled());
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: 'aborted' });
  promptStreaming.mockImplementation(() => {
    throw new DOMException('too long', 'QuotaExceededError');
  });
  const failing = promptApi({ languageModel })(input, { signal, onToken() {}, mode: 'answer' });
  await expect(failing).rejects.toMatchObject({
    code: 'reasoner-failed',
    message: expect.stringContaining('too long'),
  });
  expect(destroy).toHaveBeenCalledTimes(2);
});
