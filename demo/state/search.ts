/** The search: runs while one types; quick hits first, then the thought-through ones. */
import { batch, effect, signal, untracked } from '@preact/signals';
import { isTteError, type SearchOptions, type SearchResult, type ThinkMode } from 'think-then-embed';
import { changes, collection, count, isAdding } from './collection.ts';
import type { DroppedImages } from './dropped-images.ts';
import { refreshInfo } from './engine.ts';
import { remember } from './history.ts';
import { dismissErrors, notifyError } from './notices.ts';

/** `waiting`: whether one types on. */
export type State =
  | 'idle'
  | 'waiting'
  | 'loading'
  | 'quick'
  | 'thinking'
  | 'done'
  | 'skipped'
  | 'stopped'
  | 'failed';

export const query = {
  text: signal(''),
  picture: signal<DroppedImages | null>(null),
  instruction: signal(''),
  /** Items to resemble. */
  like: signal<readonly { id: string; name: string }[]>([]),
  think: signal<ThinkMode>('auto'),
  /** Of a text; a question about a picture is told by the picture. */
  hybrid: signal(true),
  kind: signal(''),
  /** A trace of the user's own, in place of thinking; null: none. */
  trace: signal<string | null>(null),
};

export const state = signal<State>('idle');
export const quick = signal<SearchResult | null>(null);
export const reasoned = signal<SearchResult | null>(null);
/** The trace as it is written. */
export const streamed = signal('');
/** From the start of the search to the first hits on the page, ms. */
export const firstHits = signal<number | null>(null);

const K = 24;
const PAUSE = 180;
/** Between two looks at what has come into the collection meanwhile. */
const REFRESH = 2500;
let running: AbortController | null = null;
let timer = 0;
let refreshTimer = 0;

/** True where there is something to search for. */
export function asked(): boolean {
  return query.text.value.trim() !== '' || query.picture.value !== null || query.like.value.length > 0;
}

export function clearQuery(): void {
  askAgain('', '');
}

/** Another question in place of all that was asked. */
export function askAgain(text: string, instruction: string): void {
  batch(() => {
    query.text.value = text;
    query.picture.value = null;
    query.instruction.value = instruction;
    query.like.value = [];
    query.trace.value = null;
  });
}

/** As one types. A trace of the user's own was about the words before. */
export function askFor(text: string): void {
  batch(() => {
    query.text.value = text;
    query.trace.value = null;
  });
}

/** Ends the whole search; hits that are there stay. */
export function stop(): void {
  clearTimeout(timer);
  if (!running && state.peek() !== 'waiting') return;
  running?.abort();
  state.value = 'stopped';
}

/** Ends the thinking: the quick hits are the answer. */
export function skip(): void {
  stop();
  state.value = 'skipped';
}

export function searchSoon(pause = PAUSE): void {
  clearTimeout(timer);
  running?.abort();
  state.value = 'waiting';
  timer = window.setTimeout(() => void run(), pause);
}

/** Whatever of the query changes, changes the hits; so does, now and then, what comes into the collection. */
export function searchAsYouType(): void {
  effect(() => {
    const something = asked();
    void [
      query.text.value,
      query.picture.value,
      query.like.value,
      query.instruction.value,
      query.think.value,
      query.hybrid.value,
      query.kind.value,
      query.trace.value,
    ];
    if (something) {
      searchSoon();
      return;
    }
    stop();
    batch(() => {
      state.value = 'idle';
      quick.value = null;
      reasoned.value = null;
      streamed.value = '';
    });
  });
  effect(() => {
    void [changes.value, isAdding.value];
    untracked(() => refreshSoon());
  });
}

/** The first items are looked at at once. */
function refreshSoon(pause = quick.value?.hits.length ? REFRESH : 0): void {
  if (refreshTimer || !asked()) return;
  refreshTimer = window.setTimeout(() => {
    refreshTimer = 0;
    if (running) refreshSoon(PAUSE);
    else if (state.value === 'loading') void run();
    else if (asked() && state.value !== 'stopped' && state.value !== 'waiting') void refresh();
  }, pause);
}

/** The same search again; the hits stay until the new ones are there. */
async function refresh(): Promise<void> {
  const own = new AbortController();
  running = own;
  const began = performance.now();
  try {
    const results: SearchResult[] = [];
    const think = state.value === 'skipped' ? 'never' : query.think.value;
    for await (const result of (await collection()).search(wanted(), { ...options(own.signal), think })) {
      results.push(result);
    }
    if (own.signal.aborted) return;
    const before = state.value;
    batch(() => {
      for (const result of results) take(result, performance.now() - began);
      state.value = before;
    });
  } catch (error) {
    notifyError(error);
  } finally {
    if (running === own) running = null;
  }
}

async function run(): Promise<void> {
  const own = new AbortController();
  running = own;
  const { signal } = own;
  const began = performance.now();
  batch(() => {
    state.value = count.value === null ? 'loading' : 'quick';
    streamed.value = '';
  });
  dismissErrors();
  try {
    const index = await collection();
    if (signal.aborted) return;
    // Asked of an empty collection, too, that is being filled: adding lets the query pass, and it is known when the first items are there.
    const comesTooSoon = () => count.value === 0 && isAdding.value;
    if (!comesTooSoon()) state.value = 'quick';
    const results = index.search(wanted(), {
      ...options(signal),
      onTrace: (delta) => {
        streamed.value += delta;
      },
    });
    for await (const result of results) {
      if (signal.aborted) return;
      if (comesTooSoon()) {
        state.value = 'loading';
        return;
      }
      take(result, performance.now() - began);
    }
    state.value = 'done';
    const last = reasoned.value ?? quick.value;
    if (last) remember(asking(), last);
  } catch (error) {
    if (signal.aborted) return; // Whoever did so has set the state.
    // Loading was stopped, or something broke.
    state.value = isTteError(error, 'aborted') ? 'stopped' : 'failed';
    notifyError(error);
  } finally {
    if (running === own) running = null;
    await refreshInfo();
  }
}

function take(result: SearchResult, ms: number): void {
  batch(() => {
    if (result.stage === 'quick') {
      quick.value = result;
      reasoned.value = null;
      firstHits.value = ms;
      state.value = result.final ? 'done' : 'thinking';
    } else {
      reasoned.value = result;
    }
  });
}

function wanted() {
  const { text, picture, instruction, like, trace } = query;
  return {
    ...(text.value.trim() && { text: text.value.trim() }),
    ...(picture.value && { image: picture.value.blob }),
    ...(instruction.value.trim() && { instruction: instruction.value.trim() }),
    ...(like.value.length > 0 && { like: like.value.map(({ id }) => id) }),
    ...(trace.value !== null && { trace: trace.value }),
  };
}

function asking() {
  const { text, picture, instruction } = query;
  return {
    text: text.value.trim(),
    instruction: instruction.value.trim(),
    picture: picture.value?.name ?? null,
  };
}

function options(signal: AbortSignal): SearchOptions {
  const { think, hybrid, kind } = query;
  const where = kind.value && { where: { kind: kind.value } };
  return { topK: K, think: think.value, ...(!hybrid.value && { hybrid: false }), ...where, signal };
}
