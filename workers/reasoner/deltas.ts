/** Text for people's eyes: joined so that it crosses to the page at most 50 times a second. */

const INTERVAL_MS = 20;

export interface DeltaWriter {
  write(text: string): void;
  /** Sends what waits. */
  flush(): void;
}

export function createDeltaWriter(
  onDelta: (delta: string) => void,
  now: () => number = () => performance.now(),
): DeltaWriter {
  let waiting = '';
  let sent = -Infinity;
  const flush = (): void => {
    if (waiting === '') return;
    const text = waiting;
    waiting = '';
    sent = now();
    onDelta(text);
  };
  return {
    write(text) {
      waiting += text;
      if (now() - sent >= INTERVAL_MS) flush();
    },
    flush,
  };
}
