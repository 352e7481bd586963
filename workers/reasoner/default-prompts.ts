/** How to ask a model that brings no prompts of its own. */
import type { ModelDescriptor, ThinkPrompt } from '../../src/shared/descriptor.ts';

export type ThinkPrompts = NonNullable<ModelDescriptor['prompts']['think']>;

const user = '{image}[[{instruction}\n]]{text}';

const answer: ThinkPrompt = {
  system: 'You are a search assistant. Reply with one short factual sentence that answers the query.',
  user,
};

const full: ThinkPrompt = {
  system:
    'You are a search assistant. First think inside <think> </think>, in a few short sentences. Then reply with one short factual sentence that answers the query.',
  user,
};

/** @param thinks the model thinks before it answers unless told otherwise (Qwen3 kinds): an empty thought skips it */
export function defaultThink(thinks: boolean): ThinkPrompts {
  return {
    chat: true,
    answer: thinks ? { ...answer, start: '<think>\n\n</think>\n\n' } : answer,
    // Models that were never trained to think end at a bare marker; begun sentences they finish.
    full: { ...full, start: thinks ? '<think>\n' : '<think>This is about' },
    maxTokens: { answer: 48, full: 160 },
  };
}

/** What a unified model encodes when it does not think. */
export const defaultEmbed: Record<'query' | 'target', string> = { query: user, target: user };
