/** Bytes sent since the page, or its model, was ready: as the service worker counts them, not as anybody claims. */
import { signal } from '@preact/signals';

export interface Sent {
  requests: number;
  bytes: number;
}

/** Null: nobody counts (no service worker). */
export const sent = signal<Sent | null>(null);

export function addSent(bytes: number): void {
  const before = sent.value ?? { requests: 0, bytes: 0 };
  sent.value = { requests: before.requests + 1, bytes: before.bytes + bytes };
}

/** From now on every request counts: nothing should leave any more. */
export function countFromNow(): void {
  sent.value = navigator.serviceWorker?.controller ? { requests: 0, bytes: 0 } : null;
}
