/** How to ask a language model that brings no prompts of its own. */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';

export type ThinkPrompts = NonNullable<ModelDescriptor['prompts']['think']>;

const USER = '{image}[[{instruction}\n]]{text}';

export const DEFAULT_THINK: ThinkPrompts = {
  chat: true,
  answer: {
    system: 'Answer in one short sentence. Name the things that matter; no introduction.',
    user: USER,
  },
  full: {
    system:
      'First think in a few short steps, between <think> and </think>. Then answer in one short sentence that names the things that matter.',
    user: USER,
    start: '<think>',
  },
  maxTokens: { answer: 48, full: 192 },
};

/** What a unified model encodes when it does not think. */
export const DEFAULT_EMBED = USER;
