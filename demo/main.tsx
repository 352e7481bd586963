/** The demo page, on the public API alone. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './app.tsx';
import { collection, expected, isAdding } from './state/collection.ts';
import { info, progress } from './state/engine.ts';
import { notifyError } from './state/notices.ts';
import { cacheRemaining, goOffline } from './state/offline.ts';
import { readAddress } from './state/route.ts';
import { query, searchAsYouType } from './state/search.ts';

const named = readAddress();
query.text.value = named.get('q') ?? '';
render(<App />, document.getElementById('app') as HTMLElement);
searchAsYouType();
void goOffline().then(keepWhenQuiet);
// Who has a collection came for it: it is opened without waiting for a click.
if (expected()) collection().catch(notifyError);

/** The rest is fetched when the model has been loaded, or nobody wants it for a while: not beside it. */
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
