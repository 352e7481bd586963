/** How to ask a model that brings no prompts of its own. */
import type { ModelDescriptor, ThinkPrompt } from '../../src/shared/descriptor.ts';

export type ThinkPrompts = NonNullable<ModelDescriptor['prompts']['think']>;

const user = '{image}[[{instruction}\n]]{text}';

const answer: ThinkPrompt = {
  system: 'Answer in one short sentence. Name the things that matter; no introduction.',
  user,
};

/** Beginning the trace with `<think>` makes a model keep to a form that it was never trained for. */
const full: ThinkPrompt = {
  system:
    'First think inside <think> </think>, in a few short sentences. Then give the answer in one short sentence.',
  user,
  start: '<think>',
};

/** @param thinks the model thinks before it answers unless told otherwise (Qwen3 kinds): an empty thought skips it */
export function defaultThink(thinks: boolean): ThinkPrompts {
  return {
    chat: true,
    answer: thinks ? { ...answer, start: '<think>\n\n</think>\n\n' } : answer,
    full,
    maxTokens: { answer: 48, full: 160 },
  };
}

/** What a unified model encodes when it does not think. */
export const defaultEmbed: Record<'query' | 'target', string> = { query: user, target: user };
