/** Reports and deletes what the package stores in this browser. */
import { signal } from '@preact/signals';
import type { Embedder, StorageReport } from 'think-then-embed';
import { engine, started } from './engine.ts';
import { notifyError } from './notices.ts';

/** Null if no model is loaded. */
export const report = signal<StorageReport | null>(null);

export async function refreshStorage(): Promise<void> {
  if (!started()) return;
  try {
    report.value = await (await engine()).storage();
  } catch (error) {
    notifyError(error);
  }
}

/** Runs a deleting call of the embedder, then updates the report. */
export async function remove(call: (embedder: Embedder) => Promise<void>): Promise<void> {
  try {
    await call(await engine());
    await refreshStorage();
  } catch (error) {
    notifyError(error);
  }
}

/** Requests persistent storage; workers cannot. */
export async function persist(): Promise<void> {
  await navigator.storage?.persist?.();
  await refreshStorage();
}
