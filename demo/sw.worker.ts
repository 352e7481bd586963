/** Lets every request pass, and counts what the page and its workers send: addresses and bodies. */
declare const self: ServiceWorkerGlobalScope;

let requests = 0;
let bytes = 0;

self.addEventListener('install', () => void self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  event.waitUntil(count(event.request.clone()));
});

async function count(request: Request): Promise<void> {
  const body = await request.arrayBuffer();
  requests++;
  bytes += request.url.length + body.byteLength;
  for (const client of await self.clients.matchAll()) client.postMessage({ requests, bytes });
}

export {};
