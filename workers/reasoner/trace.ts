/** Parses and judges traces: the `<think>` part, the final statement, and whether they are usable. */
import type { ThinkDecision, Trace } from '../../src/shared/types.ts';

const OPEN = '<think>';
const CLOSE = '</think>';

/** Openings of answers that refuse the task. */
const REFUSAL = new RegExp(
  [
    "^\\W*(?:(?:i['’]m|i am) (?:\\w+ )?sorry\\b|sorry[,.! ]+(?:but|i)\\b|i apologi[sz]e\\b|(?:as|i['’]m|i am) an? (?:ai|chatbot|language model)\\b",
    "|(?:unfortunately,? )?i(?:['’]m| am)? (?:can ?not|can['’]t|not able to|unable to|won['’]t|do(?: not|n['’]t))",
    ' (?:assist|help|provide|answer|comply|fulfil|see|view|access|process|have|be able)\\b)',
  ].join(''),
  'i',
);

/**
 * Splits a trace. The answer is what follows the last `</think>`; without `</think>` everything after `<think>` is thinking;
 * without both the whole text is the answer.
 */
export function parseTrace(text: string): Pick<Trace, 'text' | 'thinking' | 'answer'> {
  const close = text.lastIndexOf(CLOSE);
  const open = text.indexOf(OPEN);
  const isOpen = open >= 0 && close < open;
  const thinking = close >= 0 && !isOpen ? text.slice(0, close) : isOpen ? text.slice(open) : '';
  const answer =
    close >= 0 && !isOpen ? text.slice(close + CLOSE.length) : isOpen ? text.slice(0, open) : text;
  return { text, thinking: withoutMarkers(thinking), answer: answer.trim() };
}

/** Why a trace should be discarded; undefined if it is usable. */
export function judgeTrace(
  trace: Pick<Trace, 'thinking' | 'answer' | 'stop'>,
): ThinkDecision['discarded'] | undefined {
  if (trace.stop === 'loop') return 'loop';
  if (!/[\p{L}\p{N}]/u.test(trace.thinking + trace.answer)) return 'empty';
  if (REFUSAL.test(trace.answer || trace.thinking)) return 'refused';
  return undefined;
}

/**
 * The part of a trace that fits the token limit: the whole trace, or its final statement, or as many of its sentences as fit.
 * The thinking part is dropped first, since the final statement carries most of the gain.
 * @param fits whether a text stays within the token limit
 */
export function fitTrace(
  trace: Pick<Trace, 'text' | 'thinking' | 'answer'>,
  fits: (text: string) => boolean,
): { text: string; truncated: boolean } {
  if (fits(trace.text)) return { text: trace.text, truncated: false };
  const rest = trace.answer || trace.thinking;
  if (fits(rest)) return { text: rest, truncated: true };
  const sentences = rest.match(/[^.!?;。！？；]+[.!?;。！？；]*\s*/gu) ?? [];
  let text = '';
  for (const sentence of sentences) {
    if (!fits((text + sentence).trim())) break;
    text += sentence;
  }
  return { text: text.trim(), truncated: true };
}

/** A trace for a prompt: its own markers stay, everything between them goes through `asWords`. */
export function escapeTrace(text: string, asWords: (text: string) => string): string {
  const close = text.lastIndexOf(CLOSE);
  const [open = ''] = /^\s*<think>/.exec(text) ?? [];
  if (close < open.length) return open + asWords(text.slice(open.length));
  return open + asWords(text.slice(open.length, close)) + CLOSE + asWords(text.slice(close + CLOSE.length));
}

function withoutMarkers(text: string): string {
  return text.replaceAll(OPEN, '').replaceAll(CLOSE, '').trim();
}
