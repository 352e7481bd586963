/** Prompts for models that bring none of their own. */
import type { ModelDescriptor, ThinkPrompt } from '../../src/shared/descriptor.ts';
import type { Role } from '../../src/shared/types.ts';

type Think = NonNullable<ModelDescriptor['prompts']['think']>;

/** Everything in reading order, with nothing added, for encoders that read images and text in one pass. */
export const interleavedEmbed: Record<Role, string> = {
  query: '[[{image} ]][[{instruction} ]]{text}[[ {trace}]]',
  target: '[[{image} ]][[{instruction} ]]{text}[[ {trace}]]',
};

const user = '{image}[[{instruction}\n]]{text}';

const answer: ThinkPrompt = {
  system:
    'State in one short sentence what the input asks for or shows. Give the answer itself, no introduction.',
  user,
};

/** Starting the trace with `<think>` makes a model follow a format it was never trained for. */
const full: ThinkPrompt = {
  system:
    'First think inside <think> </think>: a few short sentences about what the input shows or asks for. ' +
    'Then state the result in one short sentence.',
  user,
  start: '<think>',
};

/** For chat models that were not trained to think before embedding. */
export const chatThink: Think = { chat: true, answer, full, maxTokens: { answer: 48, full: 160 } };

/** For models that think at length by themselves (Qwen3 kinds): a turn that begins with an empty thought is short. */
export const briefThink: Think = { ...chatThink, answer: { ...answer, start: '<think>\n\n</think>\n\n' } };
