/** What the package keeps in this browser, and deleting it. */
import { signal } from '@preact/signals';
import type { StorageReport } from 'think-then-embed';
import { engine, started } from './engine.ts';
import { sayError } from './notices.ts';

/** Null: not known, as no model is loaded. */
export const report = signal<StorageReport | null>(null);

export async function lookAtStorage(): Promise<void> {
  if (!started()) return;
  try {
    report.value = await (await engine()).storage();
  } catch (error) {
    sayError(error);
  }
}

/** A model's id, a cache, an index, or without an argument everything. */
export async function clear(what?: string): Promise<void> {
  try {
    await (await engine()).clear(what);
    await lookAtStorage();
  } catch (error) {
    sayError(error);
  }
}

/** Workers may not ask for it. */
export async function persist(): Promise<void> {
  await navigator.storage?.persist?.();
  await lookAtStorage();
}
