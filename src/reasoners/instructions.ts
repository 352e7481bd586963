/** Instructions that make the answer of a general model usable as a trace. */
import type { ReasonerInput } from '../client/types.ts';

const COMMON =
  'You prepare inputs for a search engine that compares meanings. You are given pictures, a text, or both, and perhaps an ' +
  'instruction that says what the search is for. Do not answer as a conversation partner, do not refuse, do not add ' +
  'headings or lists.';

const ANSWER =
  'Write one plain statement of at most 30 words that names what the input shows, says or asks for under the instruction, ' +
  'with the specific things, properties and relations that distinguish it. For a question, state its likely answer.';

const SYSTEM = {
  answer: `${COMMON} ${ANSWER}`,
  full:
    `${COMMON} First think in at most 80 words between <think> and </think>: what is there, what the instruction ` +
    `asks to look at, and for a question the steps to its answer. Then, after </think>: ${ANSWER}`,
};

const FROM_CONTEXT =
  'Answer the question in one or two plain sentences, from the given passages alone and in their words. If they do not say it, reply: ' +
  'I cannot answer that.';

export function systemText(mode: 'answer' | 'full', { context }: ReasonerInput): string {
  return context ? FROM_CONTEXT : SYSTEM[mode];
}

export function userText({ instruction, text, images, context }: ReasonerInput): string {
  if (context) {
    const passages = context.map((passage, i) => `Passage ${i + 1}:\n${passage}`);
    return [...passages, instruction, `Question: ${text}`].filter(Boolean).join('\n\n');
  }
  const parts = [instruction && `Instruction: ${instruction}`, text && `Input: ${text}`].filter(Boolean);
  return parts.length > 0 ? parts.join('\n') : `Input: ${images.length > 1 ? 'the pictures' : 'the picture'}`;
}
