/** The demo page; it uses the public API only. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './app.tsx';
import { collection, expected, isAdding } from './state/collection.ts';
import { info, progress } from './state/engine.ts';
import { notifyError } from './state/notices.ts';
import { cacheRemaining, goOffline } from './state/offline.ts';
import { query } from './state/query.ts';
import { readAddress } from './state/route.ts';
import { searchAsYouType } from './state/search.ts';

const named = readAddress();
query.text.value = named.get('q') ?? '';
render(<App />, document.getElementById('app') as HTMLElement);
searchAsYouType();
void goOffline().then(keepWhenQuiet);
// A returning user with a collection wants to search it: open it without waiting for a click.
if (expected()) collection().catch(notifyError);

/** Caches the remaining files after the model's download, so as not to compete with it, or after a while if no model is requested. */
function keepWhenQuiet(): void {
  let asked = false;
  const keep = () => {
    if (!asked) void cacheRemaining();
    asked = true;
  };
  setTimeout(() => progress.value ?? keep(), 5000);
  effect(() => {
    if (info.value && !isAdding.value) keep();
  });
}
