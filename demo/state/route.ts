/** The shown view and its parameters, taken from the URL's fragment: `#search?q=fruit`. */
import { signal } from '@preact/signals';

export const VIEWS = ['search', 'ask', 'map', 'lab', 'device'] as const;
export type View = (typeof VIEWS)[number];

export const view = signal<View>(current());
addEventListener('hashchange', () => {
  view.value = current();
});

export function show(wanted: View): void {
  location.hash = wanted;
}

export function readAddress(): URLSearchParams {
  return new URLSearchParams(location.hash.split('?')[1] ?? '');
}

function current(): View {
  const named = location.hash.slice(1).split('?')[0];
  return VIEWS.find((name) => name === named) ?? 'search';
}
