/** Errors and warnings, shown until dismissed. */
import { signal } from '@preact/signals';
import { isTteError } from 'think-then-embed';

export interface Notice {
  kind: 'warning' | 'error';
  message: string;
  /** Name of the user's file that the notice concerns: displayed, but left out of the device report. */
  file?: string;
}

export const notices = signal<readonly Notice[]>([]);

export function notify(kind: Notice['kind'], message: string, file?: string): void {
  if (notices.value.some((notice) => notice.message === message && notice.file === file)) return;
  notices.value = [...notices.value, { kind, message, ...(file !== undefined && { file }) }];
}

/** Shows an error, unless the user caused it by pressing Stop. */
export function notifyError(error: unknown): void {
  if (isTteError(error, 'aborted') || isTteError(error, 'disposed')) return;
  notify('error', messageOf(error));
}

export function messageOf(error: unknown): string {
  if (isTteError(error)) return `${error.message} (${error.code})`;
  return error instanceof Error ? error.message : String(error);
}

export function dismiss(notice: Notice): void {
  notices.value = notices.value.filter((other) => other !== notice);
}

export function dismissErrors(): void {
  notices.value = notices.value.filter(({ kind }) => kind !== 'error');
}
