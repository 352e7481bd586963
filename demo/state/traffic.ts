/** Bytes sent since the page, or its model, was ready: as the service worker counts them, not as anybody claims. */
import { signal } from '@preact/signals';

export interface TrafficCount {
  requests: number;
  bytes: number;
}

/** Null: nobody counts (no service worker). */
export const traffic = signal<TrafficCount | null>(null);

export function addTraffic(bytes: number): void {
  const before = traffic.value ?? { requests: 0, bytes: 0 };
  traffic.value = { requests: before.requests + 1, bytes: before.bytes + bytes };
}

/** From now on every request counts: nothing should leave any more. */
export function resetTraffic(): void {
  traffic.value = navigator.serviceWorker?.controller ? { requests: 0, bytes: 0 } : null;
}
