/** Searches as the user types: quick hits first, then the hits of the reasoned stage. */
import { batch, effect, signal, untracked } from '@preact/signals';
import { isTteError, type SearchResult } from 'think-then-embed';
import { changes, collection, count, isAdding } from './collection.ts';
import { refreshInfo } from './engine.ts';
import { remember } from './history.ts';
import { dismissErrors, notifyError } from './notices.ts';
import { asked, historyQuery, query, searchOptions, searchQuery, thinksFirst } from './query.ts';

/** `waiting`: for a pause in typing. */
export type State =
  | 'idle'
  | 'waiting'
  | 'loading'
  | 'quick'
  | 'thinking'
  | 'answering'
  | 'done'
  | 'skipped'
  | 'stopped'
  | 'failed';

export const state = signal<State>('idle');
export const quick = signal<SearchResult | null>(null);
export const reasoned = signal<SearchResult | null>(null);
export const answered = signal<SearchResult | null>(null);
/** The trace so far, while it is being generated. */
export const streamed = signal('');
/** The answer so far. */
export const streamedAnswer = signal('');
/** Milliseconds from the start of the search to the first hits on the page. */
export const firstHits = signal<number | null>(null);

const PAUSE = 180;
/** Milliseconds between two refreshes of the hits while items are being added. */
const REFRESH = 2500;
let running: AbortController | null = null;
let timer = 0;
let refreshTimer = 0;

/** Stops the search; hits that have arrived stay. */
export function stop(): void {
  clearTimeout(timer);
  if (!running && state.peek() !== 'waiting') return;
  running?.abort();
  state.value = 'stopped';
}

/** Stops thinking: the quick hits are the result. */
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

/** Searches again on every change of the query, and at intervals while the collection changes. */
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
      query.understood.value,
      query.answer.value,
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
      answered.value = null;
      streamed.value = '';
      streamedAnswer.value = '';
    });
  });
  effect(() => {
    void [changes.value, isAdding.value];
    untracked(() => refreshSoon());
  });
}

/** Schedules a refresh of the hits; an empty result is refreshed at once. */
function refreshSoon(pause = quick.value?.hits.length ? REFRESH : 0): void {
  if (refreshTimer || !asked()) return;
  refreshTimer = window.setTimeout(() => {
    refreshTimer = 0;
    if (running) refreshSoon(PAUSE);
    else if (state.value === 'loading') void run();
    else if (asked() && state.value !== 'stopped' && state.value !== 'waiting') void refresh();
  }, pause);
}

/** Repeats the search; the old hits stay until the new ones arrive. */
async function refresh(): Promise<void> {
  const own = new AbortController();
  running = own;
  const began = performance.now();
  try {
    const results: SearchResult[] = [];
    const think = state.value === 'skipped' ? 'never' : query.think.value;
    // The answer stays as it is: writing it again takes seconds.
    const again = { ...searchOptions(own.signal), think, answer: false };
    for await (const result of (await collection()).search(searchQuery(), again)) results.push(result);
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
    streamedAnswer.value = '';
    answered.value = null;
  });
  dismissErrors();
  try {
    const index = await collection();
    if (signal.aborted) return;
    // Search even an empty collection that is being filled: searches go before adding, so the query's vector is ready in time for
    // the first items.
    const comesTooSoon = () => count.value === 0 && isAdding.value;
    if (!comesTooSoon()) state.value = 'quick';
    const wish = searchOptions(signal);
    const written = wish.answer ? streamedAnswer : streamed;
    const onTrace = (delta: string) => {
      written.value += delta;
    };
    const results = index.search(searchQuery(), { ...wish, onTrace });
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
    if (last) remember(historyQuery(), last);
  } catch (error) {
    if (signal.aborted) return; // the caller that aborted has set the state
    // The download was stopped, or something failed.
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
      state.value = result.final ? 'done' : thinksFirst() ? 'thinking' : 'answering';
    } else if (result.stage === 'reasoned') {
      reasoned.value = result;
      if (!result.final) state.value = 'answering';
    } else {
      answered.value = result;
    }
  });
}
