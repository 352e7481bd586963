/** Bytes sent since the page, or its model, was ready, as counted by the service worker. */
import { signal } from '@preact/signals';

export interface TrafficCount {
  requests: number;
  bytes: number;
}

/** Null without a service worker, which does the counting. */
export const traffic = signal<TrafficCount | null>(null);

export function addTraffic(bytes: number): void {
  const before = traffic.value ?? { requests: 0, bytes: 0 };
  traffic.value = { requests: before.requests + 1, bytes: before.bytes + bytes };
}

/** Restarts the count at a point after which nothing should be sent. */
export function resetTraffic(): void {
  traffic.value = navigator.serviceWorker?.controller ? { requests: 0, bytes: 0 } : null;
}
