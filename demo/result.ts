/** The trace while it is written, the vector as a strip, and the figures. */
import type { Embedding } from 'think-then-embed';
import { byId, make, milliseconds } from './dom.ts';

const trace = byId('trace', HTMLParagraphElement);
const decision = byId('decision', HTMLParagraphElement);
const strip = byId('vector', HTMLCanvasElement);
const stripText = byId('vector-text', HTMLParagraphElement);
const facts = byId('facts', HTMLDListElement);

export function startTrace(): void {
  trace.replaceChildren();
  trace.dataset.empty = '';
  trace.textContent = 'Working…';
  decision.textContent = '';
}

export function appendTrace(delta: string): void {
  if ('empty' in trace.dataset) {
    delete trace.dataset.empty;
    trace.textContent = '';
  }
  trace.append(delta);
  trace.scrollTop = trace.scrollHeight;
}

export function stopTrace(text: string): void {
  if ('empty' in trace.dataset) trace.textContent = text;
}

export function showResult(embedding: Embedding): void {
  showTrace(embedding);
  showVector(embedding.vector);
  const { usage, cached, truncated, space } = embedding;
  const { decode, think, encode, total } = usage.ms;
  const rows: [string, string][] = [
    ['Time', `${milliseconds(total)} in the worker`],
    [
      'of it',
      `pictures ${milliseconds(decode)}, thinking ${milliseconds(think)}, encoding ${milliseconds(encode)}`,
    ],
    ['Tokens', `${usage.inputTokens} read, ${usage.traceTokens} written`],
    ['From cache', cached === false ? 'no' : cached === 'vector' ? 'yes, no model ran' : 'the trace'],
    ['Cut', truncated ? 'yes: it did not all fit the model' : 'no'],
    ['Space', space],
  ];
  facts.replaceChildren(...rows.flatMap(([name, value]) => [make('dt', name), make('dd', value)]));
}

function showTrace({ trace: written, think }: Embedding): void {
  decision.textContent = `Mode ${think.mode}: ${think.reason}`;
  if (think.discarded) decision.textContent += ` The trace was dropped (${think.discarded}).`;
  if (!written) {
    trace.dataset.empty = '';
    trace.textContent = 'No trace: embedded as it is.';
    return;
  }
  delete trace.dataset.empty;
  const parts = [
    written.thinking && make('span', `${written.thinking}\n`, { class: 'thinking' }),
    written.answer,
  ];
  trace.replaceChildren(...parts.filter((part) => part !== ''));
}

/** One column for each dimension: blue below zero, orange above, strongest at the largest magnitude. */
function showVector(vector: Float32Array): void {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  strip.width = vector.length;
  const context = strip.getContext('2d');
  const pixels = context?.createImageData(vector.length, 1);
  if (!context || !pixels) return;
  vector.forEach((value, index) => {
    const [red, green, blue] = value < 0 ? [56, 106, 224] : [232, 119, 34];
    pixels.data.set([red, green, blue, Math.round(255 * Math.sqrt(Math.abs(value) / largest))], index * 4);
  });
  context.putImageData(pixels, 0, 0);
  const first = [...vector.slice(0, 4)].map((value) => value.toFixed(3)).join(', ');
  stripText.textContent = `${vector.length} dimensions, length 1: ${first}, …`;
  strip.setAttribute('aria-label', `Strip of ${vector.length} values, beginning with ${first}`);
}
