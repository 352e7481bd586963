/** Throttles streamed text to 50 messages per second to the page. */

const INTERVAL_MS = 20;

export interface DeltaWriter {
  write(text: string): void;
  /** Sends the pending text. */
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
