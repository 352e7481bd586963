/**
 * The heuristic of `think: 'auto'`: decides from the surface of an input, in microseconds, whether a trace is likely to help. It
 * does where something is asked of an image (relations, counts, comparisons, edits, questions): the reasoner looks. About a text alone
 * it can only remember, and what small models remember harms more often than it helps; plain descriptions gain nothing and can lose
 * (docs/when-to-think.md). Cues are English; in other languages only the question mark counts. The exception, `decideByHits`, needs to
 * know what a search has found.
 */
import type { Role, ThinkDecision } from '../../src/shared/types.ts';
import { PICTURE, plain } from './photo-question/plain.ts';

export interface GateInput {
  text: string;
  instruction: string;
  /** Number of images. */
  images: number;
  role: Role;
  /** The longest form worth generating with this reasoner. */
  longestMode: 'answer' | 'full';
}

/** Number of words from which a text is specific enough without a trace. */
const LONG_WORDS = 80;

const CUES = {
  place:
    /\b(left|right|above|below|beneath|underneath|behind|in front|next to|beside|between|opposite|diagonal(ly)?|nearest|closest|farthest|inside|outside|under|over|across|on top) (of|to|from|the|it|a|an)\b|\bwhere\b|\b(part|region|area|corner|crop) (of|in) (the|this) (picture|image|photo)\b/i,
  count: /\b(how many|how much|number of|count|total)\b/i,
  comparison:
    /\b(compare|difference|differ|similar(ity)?|than|versus|vs\.?|most|least|(larg|small|tall|old|young|bigg|fast|slow|cheap)(er|est))\b/i,
  cause: /\b(why|because|reason|cause[sd]?|lead to|result in|so that|how (do|does|did|can|could|would))\b/i,
  sequence: /\b(before|after|then|first|next|last|until|step)\b/i,
  kind: /\b(what|which|the) (kind|type|sort|category|class)\b/i,
};
const EDIT =
  /\b(but|instead|replace[ds]?|without|except|change[ds]?|remove[ds]?|add(ed|s)?|swap(ped|s)?|turn(s|ed)? into|becomes?|make (it|them|her|him|the)|same .+ (but|with))\b/i;
/** Refers to a single named thing in an image. */
const POINTED =
  /^\s*(the|this|that|find|show|locate|spot|highlight|name|identify|count|tell me|point (to|at))\b/i;
const QUESTION =
  /[?？]\s*$|^\s*(what|which|who|whom|whose|where|when|why|how|is|are|was|were|do|does|did|can|could|should|will|would|has|have)\b/i;

/** Asks what is written in a picture, or to read it. */
const WRITTEN =
  /\b(what|which)\b(?!.*\b(who|that|with)\b).*\b(written|printed|says?|text|words?|letters|inscription)\b|^\s*(please |can you |could you )?(read|transcribe)\b(?! about)/i;

/** Whether a text asks for the words in a picture. */
export function asksForPrint(text: string): boolean {
  return WRITTEN.test(text);
}

const A_PICTURE = `(?:${PICTURE})`;
const IN_IT = `(?: (?:in|on) (?:this|the|that|my) ${A_PICTURE})`;
/** Requests to describe an image as a whole, which is what a trace does for an image without text. */
const WHOLE = new RegExp(
  `^(?:please |(?:can|could|would|will) you )*(?:${[
    `(?:describe|caption|explain|summari[sz]e)(?: (?:this|the|that|my) ${A_PICTURE}| (?:it|this|what you see|what is shown))?${IN_IT}?`,
    `(?:tell me )?what (?:is|are|do you see|can you see|you (?:can )?see|can be seen)(?: (?:there|here|shown|visible|depicted|happening|going on|to see|to be seen))*${IN_IT}?`,
    `what (?:is|are) (?:this|that|it)`,
    `what does (?:this|the|that|my) ${A_PICTURE} (?:show|depict|contain|represent)`,
    `what (?:is|are) (?:this|that|the|my)(?: an?)?(?: ${A_PICTURE})? (?:of|about|showing)`,
    `(?:tell me )?what (?:is|are) (?:this|that) an? ${A_PICTURE} of`,
    `(?:(?:list|name|identify|find|show me|tell me) (?:me )?)?(?:(?:all|every|the|everything|of) ?)*(?:objects?|things?)?(?: (?:that|which) (?:is|are)| you see| visible| shown)*${IN_IT}`,
    `(?:what|which) (?:objects?|things?) (?:are|do you see|can you see|can be seen)(?: (?:there|here|shown|visible))*${IN_IT}?`,
  ].join('|')})(?: (?:please|briefly|in detail|for me|to me|in (?:a|one) sentence|in words))*$`,
);

/** Whether a text asks what a picture shows as a whole. */
export function asksForWhole(text: string): boolean {
  return WHOLE.test(plain(text));
}

/** Whether a text describes a change to a picture. */
export function isEdit(text: string): boolean {
  return EDIT.test(text);
}

export function decide({
  text,
  instruction,
  images,
  role,
  longestMode,
}: GateInput): Pick<ThinkDecision, 'mode' | 'reason'> {
  const asked = `${instruction}\n${text}`.trim();
  if (role === 'document') return { mode: 'never', reason: 'Documents are embedded without a trace.' };
  if (asked === '') return { mode: 'never', reason: 'Nothing was asked about it.' };
  if (images === 0) return { mode: 'never', reason: 'A text alone is found best by its own words.' };
  if (text.split(/\s+/).length > LONG_WORDS)
    return { mode: 'never', reason: 'A long text says enough by itself.' };

  const steps = (Object.keys(CUES) as (keyof typeof CUES)[]).filter((cue) => CUES[cue].test(asked));
  const isQuestion = QUESTION.test(text) || (text === '' && QUESTION.test(instruction));
  if (isQuestion && steps.length > 0) {
    return { mode: longestMode, reason: `A question that takes steps (${steps.join(', ')}).` };
  }
  if (asksForWhole(asked)) return { mode: 'answer', reason: 'What the picture shows is asked for.' };
  if (asksForPrint(asked)) return { mode: 'answer', reason: 'The words in the picture are asked for.' };
  if (isEdit(asked)) return { mode: 'answer', reason: 'A change to the picture has to be worked out.' };
  if (isQuestion) return { mode: 'answer', reason: 'A question: its answer is looked for.' };
  if (steps.length > 0)
    return { mode: 'answer', reason: `Things are put in relation (${steps.join(', ')}).` };
  if (POINTED.test(text)) return { mode: 'answer', reason: 'Something in the picture is pointed at.' };
  return { mode: 'never', reason: 'A plain description needs no thought.' };
}

/** Longer questions describe what they look for. */
const SHORT_WORDS = 12;
/** An item that answers a question usually has more than this share of its words, weighted by rarity. */
const UNANSWERED = 0.4;

/**
 * Whether a language model should answer a question that was searched for without a trace. It should where the question is short and
 * no item has more than a few of its words: then the passage that answers it uses other words, perhaps those of the answer.
 * @param coverage the best item's (words/word-index.ts); 0 where no item has any word, as in an index without texts
 * @returns null: no
 */
export function decideByHits(text: string, coverage: number): Pick<ThinkDecision, 'mode' | 'reason'> | null {
  const isShort = text.split(/\s+/).length <= SHORT_WORDS;
  if (!isShort || !QUESTION.test(text) || coverage === 0 || coverage >= UNANSWERED) return null;
  return {
    mode: 'answer',
    reason: 'A short question, and no item has many of its words: the answer may use others.',
  };
}
