import type { Trace } from 'think-then-embed';

interface Props {
  /** The finished trace, or null. */
  trace: Trace | null;
  /** The trace so far, while it is being generated. */
  streamed: string;
  empty: string;
}

/** A trace, with its thinking part paler than its final statement. */
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
