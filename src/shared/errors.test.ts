import { expect, test } from 'vitest';
import { isTteError, TteError, withField } from './errors.ts';
import { packError, unpackError } from './transfer.ts';

test('abort errors have the platform’s name, in page and worker', () => {
  const timeout = new DOMException('too late', 'TimeoutError');
  for (const [cause, name] of [
    [timeout, 'TimeoutError'],
    [new DOMException('stop', 'AbortError'), 'AbortError'],
    ['a string', 'AbortError'],
    [null, 'AbortError'],
    [undefined, 'AbortError'],
  ] as const) {
    const error = new TteError('aborted', 'The call was aborted.', { cause });
    const crossed = unpackError(packError(error));
    for (const one of [error, crossed]) {
      expect(one).toMatchObject({ name, code: 'aborted' });
      expect(isTteError(one, 'aborted')).toBe(true);
    }
  }
  expect(isTteError(timeout)).toBe(false);
  expect(new TteError('quota', 'full', { cause: timeout }).name).toBe('TteError');
});

test('withField adds the item to the message once and keeps code and cause', () => {
  const cause = new Error('inner');
  const named = withField(new TteError('invalid-input', 'No picture.', { cause }), 'items[3]');
  expect(named).toMatchObject({ code: 'invalid-input', message: 'items[3]: No picture.', cause });
  expect(withField(named, 'items[3]')).toBe(named);
  expect(withField(cause, 'items[3]')).toBe(cause);
});
