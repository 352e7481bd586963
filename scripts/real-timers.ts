/** For every test: timers are real again after it, because test files share one runtime. */
import { afterEach, vi } from 'vitest';

afterEach(() => {
  vi.useRealTimers();
});
