/** What the package keeps in this browser, and deleting it. */
import { signal } from '@preact/signals';
import type { Embedder, StorageReport } from 'think-then-embed';
import { engine, started } from './engine.ts';
import { notifyError } from './notices.ts';

/** Null: not known, as no model is loaded. */
export const report = signal<StorageReport | null>(null);

export async function refreshStorage(): Promise<void> {
  if (!started()) return;
  try {
    report.value = await (await engine()).storage();
  } catch (error) {
    notifyError(error);
  }
}

/** Runs one of the embedder's calls that delete something, then measures again. */
export async function remove(call: (embedder: Embedder) => Promise<void>): Promise<void> {
  try {
    await call(await engine());
    await refreshStorage();
  } catch (error) {
    notifyError(error);
  }
}

/** Workers may not ask for it. */
export async function persist(): Promise<void> {
  await navigator.storage?.persist?.();
  await refreshStorage();
}
