import type { Trace } from 'think-then-embed';

interface Props {
  /** The finished trace; null while there is none. */
  trace: Trace | null;
  /** What has been written so far. */
  streamed: string;
  empty: string;
}

/** A trace, its thinking part paler than its final statement. */
export function TraceText({ trace, streamed, empty }: Props) {
  const nothing = !trace && streamed === '';
  return (
    <p id="trace" class="trace" aria-live="polite" data-empty={nothing ? '' : undefined}>
      {nothing && empty}
      {!trace && streamed}
      {trace?.thinking && <span class="thinking">{`${trace.thinking}\n`}</span>}
      {trace?.answer}
    </p>
  );
}
