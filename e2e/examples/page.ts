/** Runs the examples of the documentation in a page, with what they may use without introducing it. */
import { MockLanguageModelV4 } from 'ai/test';
import { type ComponentType, createElement, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Embedder, EmbedderOptions } from '../../src/index.ts';

declare global {
  interface Window {
    /** Embedders that the running example has started. */
    started: Embedder[];
  }
}

/** docs/react.md opens it by this name. */
const INDEX = 'react-notes';
const QUESTION = 'what do bees live in';
const ITEMS = [
  { id: 'bees', text: 'Bees live in hives and make honey.', metadata: { topic: 'animals', year: 2024 } },
  {
    id: 'rent',
    text: 'The rent is due on the first of each month.',
    metadata: { topic: 'home', year: 2025 },
  },
  { id: 'zebras', text: 'Zebras like sea cucumbers and land cucumbers.', metadata: { topic: 'animals' } },
];
/** Longest time for one example. */
const LIMIT = 90_000;

let given: Record<string, unknown> = {};
let problems: unknown[] = [];
window.started = [];
addEventListener('error', ({ error, message }) => problems.push(error ?? message));
addEventListener('unhandledrejection', ({ reason }) => problems.push(reason));

/** Makes the globals that scripts/snippets.test.ts declares. */
export async function prepare(model: NonNullable<EmbedderOptions['model']>, pdf: string): Promise<void> {
  const url = '/dist/index.js';
  const { createEmbedder }: typeof import('../../src/index.ts') = await import(/* @vite-ignore */ url);
  const tte = await createEmbedder({ model, hubUrl: `${location.origin}/hub/` });
  const index = await tte.openIndex(INDEX);
  await index.add(ITEMS);
  const { vector } = await tte.embed(QUESTION);
  const picture = await (await fetch('/samples/photo-chelsea.webp')).blob();
  const file = new File([picture], 'cat.webp', { type: picture.type });
  given = {
    tte,
    embedder: tte,
    index,
    vector,
    file,
    files: [file, new File(['# Harbour\n\nThe boat leaves at noon.\n'], 'harbour.md')],
    pdf: new File([pdf], 'lease.pdf', { type: 'application/pdf' }),
    model: new MockLanguageModelV4({
      doGenerate: {
        content: [{ type: 'text', text: 'Honey [bees]' }],
        finishReason: { unified: 'stop', raw: 'stop' },
        usage: {
          inputTokens: { total: 9, noCache: 9, cacheRead: 0, cacheWrite: 0 },
          outputTokens: { total: 3, text: 3, reasoning: 0 },
        },
        warnings: [],
      },
    }),
    show() {},
  };
  Object.assign(globalThis, given);
}

/** Runs an example to its end; components are rendered and used. @returns what went wrong, or null */
export async function run(url: string, hasComponents: boolean): Promise<string | null> {
  problems = [];
  try {
    const module: Record<string, unknown> = await withinLimit(import(/* @vite-ignore */ url));
    if (hasComponents) await withinLimit(renderAll(module));
  } catch (error) {
    problems.push(error);
  }
  await Promise.all(window.started.splice(0).map((embedder) => embedder.dispose()));
  await turn(); // rejections that nobody handles are told of in a later turn
  return problems.length > 0
    ? problems.map((each) => (each as Error)?.stack ?? String(each)).join('\n')
    : null;
}

async function renderAll(module: Record<string, unknown>): Promise<void> {
  const components = Object.entries(module).filter(
    ([name, value]) => /^[A-Z]/.test(name) && typeof value === 'function',
  );
  if (components.length === 0) throw new Error('there is no component in it');
  for (const [, component] of components) await render(component as ComponentType<typeof given>);
}

/** Renders a component with the globals as its props, waits until it is ready, and types a question where it takes one. */
async function render(component: ComponentType<typeof given>): Promise<void> {
  const host = document.body.appendChild(document.createElement('div'));
  const report = (error: unknown) => void problems.push(error);
  const root = createRoot(host, { onUncaughtError: report, onCaughtError: report });
  root.render(createElement(StrictMode, null, createElement(component, given)));
  const settled = async () => {
    do await turn();
    while (
      problems.length === 0 &&
      (host.childElementCount === 0 || host.querySelector('progress, :disabled, [aria-busy="true"]'))
    );
    const alert = host.querySelector('[role="alert"]');
    if (alert) throw new Error(`it shows an error: ${alert.textContent}`);
  };
  await settled();
  const field = host.querySelector('input');
  if (field) {
    // React overwrites `value` of its fields; the prototype's setter is what a user's typing amounts to.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, QUESTION);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await settled();
    if (!host.querySelector('li')) throw new Error('it shows no hits');
  }
  root.unmount();
  host.remove();
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

function withinLimit<T>(work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error(`it has not ended after ${LIMIT / 1000} s`)), LIMIT),
  );
  return Promise.race([work, late]);
}
