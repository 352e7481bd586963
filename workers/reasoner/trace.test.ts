import { describe, expect, it } from 'vitest';
import { escapeTrace, fitTrace, judgeTrace, parseTrace } from './trace.ts';

describe('parseTrace', () => {
  it.each([
    ['<think>a b</think>\n\nC.', 'a b', 'C.'],
    ['a b</think>C', 'a b', 'C'],
    ['</think> C', '', 'C'],
    ['<think>never closed', 'never closed', ''],
    ['just an answer ', '', 'just an answer'],
    ['<think>a</think>b<think>c</think>d', 'ab' + 'c', 'd'],
    ['<think></think>', '', ''],
    ['Lead <think>open', 'open', 'Lead'],
    ['', '', ''],
  ])('%j', (text, thinking, answer) => {
    expect(parseTrace(text)).toEqual({ text, thinking, answer });
  });
});

describe('judgeTrace', () => {
  const judge = (answer: string, thinking = '', stop: 'end' | 'budget' | 'loop' = 'end') =>
    judgeTrace({ answer, thinking, stop });

  it('discards empty and looping traces', () => {
    expect(judge('')).toBe('empty');
    expect(judge(' … .', '\n')).toBe('empty');
    expect(judge('fine', '', 'loop')).toBe('loop');
  });

  it.each([
    "I'm sorry, but I can't assist with that.",
    'I’m sorry, I can’t see the image.',
    'Sorry, but no.',
    'As an AI language model, I …',
    'I’m an AI chatbot designed to assist users.',
    'I cannot provide this.',
    "I'm unable to view images.",
    'I don’t have access to the picture.',
    'I am not able to help with this request.',
  ])('sees a refusal: %s', (answer) => {
    expect(judge(answer)).toBe('refused');
  });

  it.each([
    'A sorry sight: a broken car.',
    'The man says he cannot help.',
    'Unfortunately, the bridge fell.',
    'I can see a red boat.',
    'Plants make food.',
    'An assistant helps an unable person.',
  ])('lets a statement pass: %s', (answer) => {
    expect(judge(answer)).toBeUndefined();
  });

  it('accepts thinking whose answer did not fit the budget', () => {
    expect(judge('', 'a red boat', 'budget')).toBeUndefined();
  });
});

describe('fitTrace', () => {
  const trace = parseTrace('<think>One two three.</think>Four five. Six seven eight! Nine');
  const words = (limit: number) => (text: string) => text.split(/\s+/).length <= limit;

  it('keeps the whole, then the statement, then its sentences, then nothing', () => {
    expect(fitTrace(trace, words(9))).toEqual({ text: trace.text, truncated: false });
    expect(fitTrace(trace, words(6))).toEqual({ text: 'Four five. Six seven eight! Nine', truncated: true });
    expect(fitTrace(trace, words(5))).toEqual({ text: 'Four five. Six seven eight!', truncated: true });
    expect(fitTrace(trace, words(2))).toEqual({ text: 'Four five.', truncated: true });
    expect(fitTrace(trace, words(1))).toEqual({ text: '', truncated: true });
  });
});

it('in a prompt a trace keeps its own markers, and everything else in it is words', () => {
  const asWords = (text: string) => text.toUpperCase();
  expect(escapeTrace('<think>a</think>b', asWords)).toBe('<think>A</think>B');
  expect(escapeTrace('<think>a<think>b</think>c</think>d', asWords)).toBe(
    '<think>A<THINK>B</THINK>C</think>D',
  );
  expect(escapeTrace('a</think>b', asWords)).toBe('A</think>B');
  expect(escapeTrace('<think>a', asWords)).toBe('<think>A');
  expect(escapeTrace('a <think>', asWords)).toBe('A <THINK>');
  expect(escapeTrace('<image>', asWords)).toBe('<IMAGE>');
});
