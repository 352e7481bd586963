/** What went wrong or should be known, shown until dismissed. */
import { signal } from '@preact/signals';
import { isTteError } from 'think-then-embed';

export interface Notice {
  kind: 'warning' | 'error';
  message: string;
}

export const notices = signal<readonly Notice[]>([]);

export function say(kind: Notice['kind'], message: string): void {
  if (notices.value.some((notice) => notice.message === message)) return;
  notices.value = [...notices.value, { kind, message }];
}

/** Shows an error, unless it is the user's own Stop. */
export function sayError(error: unknown): void {
  if (isTteError(error, 'aborted') || isTteError(error, 'disposed')) return;
  if (isTteError(error)) say('error', `${error.message} (${error.code})`);
  else say('error', error instanceof Error ? error.message : String(error));
}

export function dismiss(notice: Notice): void {
  notices.value = notices.value.filter((other) => other !== notice);
}

export function dismissErrors(): void {
  notices.value = notices.value.filter(({ kind }) => kind !== 'error');
}
