/** The service worker seen from the page: keeping the page's files, counting, a new version, installation. */
import { signal } from '@preact/signals';
import type { FromServiceWorker, ToServiceWorker } from '../offline-protocol.ts';
import { addTraffic, resetTraffic } from './traffic.ts';

export type Offline =
  | { state: 'none'; reason: string }
  | { state: 'shell' }
  | { state: 'keeping'; kept: number; total: number }
  | { state: 'ready'; total: number };

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

export const offline = signal<Offline>({ state: 'none', reason: '' });
/** A newer version of the page waits for a reload. */
export const update = signal<ServiceWorker | null>(null);
/** The browser would install the page as an application. */
export const installPrompt = signal<InstallPrompt | null>(null);

const RELOADED = 'think-then-embed demo reloaded';
const workers: ServiceWorkerContainer | undefined = navigator.serviceWorker;

/** Resolves when the service worker sees this page's requests, or will not within three seconds. */
export function controlled(): Promise<void> {
  if (!workers || workers.controller || offline.value.state === 'none') return Promise.resolve();
  return new Promise((resolve) => {
    workers.addEventListener('controllerchange', () => resolve(), { once: true });
    setTimeout(resolve, 3000);
  });
}

export async function goOffline(): Promise<void> {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    installPrompt.value = event as InstallPrompt;
  });
  addEventListener('appinstalled', () => {
    installPrompt.value = null;
  });
  if (!workers) {
    offline.value = { state: 'none', reason: 'no service worker in this browser or context' };
    return;
  }
  workers.addEventListener('message', ({ data }) => hear(data as FromServiceWorker));
  offline.value = { state: 'shell' };
  try {
    const registration = await workers.register(new URL('sw.js', document.baseURI), {
      updateViaCache: 'none',
    });
    watch(registration);
    await controlled();
    if (!crossOriginIsolated && workers.controller && sessionStorage.getItem(RELOADED) === null) {
      // The host sets no headers; the service worker does, from the next load on. Where it is not there
      // yet, a reload now would change nothing, and later one would be in the way: the next visit has it.
      sessionStorage.setItem(RELOADED, '');
      location.reload();
      return;
    }
    resetTraffic();
  } catch (error) {
    offline.value = { state: 'none', reason: String(error) };
  }
}

/** Lets the newer version take over; the page is loaded again with it. */
export function applyUpdate(): void {
  workers?.addEventListener('controllerchange', () => location.reload(), { once: true });
  update.value?.postMessage({ type: 'take-over' } satisfies ToServiceWorker);
}

function watch(registration: ServiceWorkerRegistration): void {
  const check = (worker: ServiceWorker | null) => {
    if (worker?.state === 'installed' && workers?.controller) update.value = worker;
  };
  check(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing;
    worker?.addEventListener('statechange', () => check(worker));
  });
}

/** The rest of the page's files, the runtime and the built-in model among them, unless the user asked to save data. */
export async function cacheRemaining(): Promise<void> {
  const { connection, gpu } = navigator as Navigator & { connection?: { saveData?: boolean } };
  if (connection?.saveData) return;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  // The runtime's larger form is for WebGPU alone.
  const except = adapter ? '' : 'ort-webgpu';
  workers?.controller?.postMessage({ type: 'keep', except } satisfies ToServiceWorker);
}

function hear(message: FromServiceWorker): void {
  if (message.type === 'sent') addTraffic(message.bytes);
  else if (message.type === 'keeping')
    offline.value = { state: 'keeping', kept: message.kept, total: message.total };
  else if (message.type === 'kept') offline.value = { state: 'ready', total: message.total };
  else offline.value = { state: 'none', reason: message.reason };
}
