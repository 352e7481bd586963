/**
 * The service worker: keeps the page's files for use without a network, gives them the headers that threads need where the
 * host does not, and counts what else is sent.
 *
 * A file is kept under its content's hash, so that a new version fetches only what changed, and an old page
 * goes on with its own files until it is reloaded.
 */
import type { FromServiceWorker, ToServiceWorker } from './offline-protocol.ts';

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build (scripts/build/precache.ts): path → [hash, bytes]. */
declare const __FILES__: Readonly<Record<string, readonly [hash: string, bytes: number]>>;

const FILES = __FILES__;
const SCOPE = self.registration.scope;
const CACHE = `think-then-embed demo ${SCOPE}`;

interface Found {
  response: Response;
  /** Rejects if there is no room. */
  stored: Promise<void>;
}

/** The largest: a first visit has them straight from the network, and they are kept when it is quiet. */
const STRAIGHT = /\.(gz|zst)$/;
/** Not needed to show the page, most of it large: fetched when the page asks, not at installation. */
const LATER = new RegExp(`${STRAIGHT.source}|^samples/.*webp$|/(pdf|video)[^/]*[.]js$`);
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};
const underWay = new Map<string, Promise<Found>>();

self.addEventListener('install', (event) => {
  const shell = Object.keys(FILES).filter((path) => !LATER.test(path));
  event.waitUntil(Promise.all(shell.map(keep)));
});

self.addEventListener('activate', (event) => event.waitUntil(takeOver()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const path = pathOf(request.url);
  if (request.method === 'GET' && path !== null && !request.headers.has('Range')) {
    event.respondWith(own(path, event));
    return;
  }
  event.waitUntil(count(request.clone()));
});

self.addEventListener('message', (event) => {
  const message = event.data as ToServiceWorker;
  if (message.type === 'take-over') void self.skipWaiting();
  if (message.type === 'keep') event.waitUntil(keepRest(new RegExp(message.except || '^$')));
});

async function takeOver(): Promise<void> {
  const cache = await caches.open(CACHE);
  const wanted = new Set(Object.keys(FILES).map(keyOf));
  for (const { url } of await cache.keys()) if (!wanted.has(url)) await cache.delete(url);
  await self.clients.claim();
}

/** The file of the page that a URL means, or null. */
function pathOf(url: string): string | null {
  const { origin, pathname } = new URL(url);
  const whole = origin + pathname;
  if (!whole.startsWith(SCOPE)) return null;
  const path = decodeURIComponent(whole.slice(SCOPE.length)) || 'index.html';
  return path in FILES ? path : null;
}

function keyOf(path: string): string {
  return new URL(`${path}?${FILES[path]?.[0]}`, SCOPE).href;
}

async function own(path: string, event: FetchEvent): Promise<Response> {
  const found = (await known(path)) ?? (STRAIGHT.test(path) ? null : await fetched(path));
  if (!found) return fetch(event.request);
  const { response, stored } = found;
  event.waitUntil(stored);
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  return new Response(response.body, { status: response.status, headers });
}

/** Resolves when the file is in the cache. */
async function keep(path: string): Promise<void> {
  const { response, stored } = (await known(path)) ?? (await fetched(path));
  await response.body?.cancel();
  await stored;
}

/** Kept, or on its way; null: neither. */
async function known(path: string): Promise<Found | null> {
  const key = keyOf(path);
  if (underWay.has(key)) return fetched(path);
  const kept = await (await caches.open(CACHE)).match(key);
  return kept ? { response: kept, stored: Promise.resolve() } : null;
}

/** From the network, and meanwhile into the cache. Who asks during a download shares it. */
async function fetched(path: string): Promise<Found> {
  const key = keyOf(path);
  const running = underWay.get(key) ?? download(path, key);
  if (!underWay.has(key)) {
    underWay.set(key, running);
    const done = () => underWay.delete(key);
    running.then(({ stored }) => stored).then(done, done);
  }
  const { response, stored } = await running;
  return { response: response.clone(), stored };
}

async function download(path: string, key: string): Promise<Found> {
  const cache = await caches.open(CACHE);
  const response = await fetch(new URL(path, SCOPE), { cache: 'no-cache' });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return { response, stored: cache.put(key, response.clone()) };
}

async function keepRest(except: RegExp): Promise<void> {
  const rest = Object.entries(FILES).filter(([path]) => LATER.test(path) && !except.test(path));
  const total = rest.reduce((sum, [, [, bytes]]) => sum + bytes, 0);
  let kept = 0;
  try {
    for (const [path, [, bytes]] of rest) {
      await tell({ type: 'keeping', kept, total });
      await keep(path);
      kept += bytes;
    }
    await tell({ type: 'kept', total });
  } catch (error) {
    await tell({ type: 'not-kept', reason: String(error) });
  }
}

async function count(request: Request): Promise<void> {
  const body = await request.arrayBuffer();
  await tell({ type: 'sent', bytes: request.url.length + body.byteLength });
}

async function tell(message: FromServiceWorker): Promise<void> {
  for (const client of await self.clients.matchAll({ type: 'window' })) client.postMessage(message);
}
