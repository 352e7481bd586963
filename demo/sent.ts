/** Bytes sent since the model was ready, as this page's service worker counts them. */
import { byId } from './dom.ts';

const badge = byId('badge-sent', HTMLLIElement);
let since: { requests: number; bytes: number } | null = null;
let latest = { requests: 0, bytes: 0 };

/** Without a service worker (not a secure context, or refused) the badge says that nothing is measured. */
export async function watchSent(): Promise<void> {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  workers.addEventListener('message', ({ data }: MessageEvent<typeof latest>) => {
    latest = data;
    show();
  });
  try {
    await workers.register(new URL('sw.js', document.baseURI));
    await workers.ready;
  } catch (error) {
    badge.textContent = 'sent: not measured';
    badge.title = String(error);
  }
}

/** From now on every request counts: nothing should leave any more. */
export function countFromNow(): void {
  since = navigator.serviceWorker?.controller ? latest : null;
  show();
}

function show(): void {
  if (!since) return;
  const requests = latest.requests - since.requests;
  const bytes = latest.bytes - since.bytes;
  badge.textContent = requests === 0 ? 'bytes sent: 0' : `bytes sent: ${bytes} in ${requests} requests`;
  badge.dataset.state = requests === 0 ? 'good' : 'warn';
}
