/** Default prompts for models without their own. */
import type { ModelDescriptor, ThinkPrompt } from '../../src/shared/descriptor.ts';
import type { Role } from '../../src/shared/types.ts';

export type EmbedPrompts = Readonly<Record<Role, string>>;
export type ThinkPrompts = NonNullable<ModelDescriptor['prompts']['think']>;

/** For text and dual encoders: the text as it is. There is no place for a trace, which is therefore combined as a vector. */
export const plainEmbed: EmbedPrompts = both('[[{instruction} ]]{text}');

/** For encoders that read images and text in one pass, in reading order. */
export const interleavedEmbed: EmbedPrompts = both('[[{image} ]][[{instruction} ]]{text}[[ {trace}]]');

const user = '{image}[[{instruction}\n]]{text}';

/** What a unified model encodes without a trace: the user prompt. */
export const unifiedEmbed: EmbedPrompts = both(user);

const answer: ThinkPrompt = {
  system: 'You are a search assistant. Reply with one short factual sentence that answers the query.',
  user,
};

const full: ThinkPrompt = {
  system:
    'You are a search assistant. First think inside <think> </think>, in a few short sentences. ' +
    'Then reply with one short factual sentence that answers the query.',
  user,
};

/** @param thinks the model thinks by default (as Qwen3 does); an empty `<think>` block skips that */
export function defaultThink(thinks: boolean): ThinkPrompts {
  return {
    chat: true,
    answer: thinks ? { ...answer, start: '<think>\n\n</think>\n\n' } : answer,
    // Models that were not trained to think stop after a bare marker, but complete a sentence that has begun.
    full: { ...full, start: thinks ? '<think>\n' : '<think>This is about' },
    maxTokens: { answer: 48, full: 160 },
  };
}

/**
 * For an answer from passages (`npm run eval:answers`). Of 15 notes questions SmolLM2 answered 7 right with this prompt from two passages,
 * 3 with an example in it; asking for quotations made no difference in the 10 that were tried.
 */
export function contextThink(thinks: boolean): ThinkPrompt {
  return {
    system: 'Answer the question in one short sentence, from the text alone.',
    user: '{context}\n\n[[{instruction}\n]]{text}',
    ...(thinks && { start: '<think>\n\n</think>\n\n' }),
  };
}

function both(template: string): EmbedPrompts {
  return { query: template, document: template };
}
