/** A virtualized grid of equal cells: only visible ones are rendered, so ten thousand items cost no more than fifty. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

interface Props {
  count: number;
  /** Smallest width of a cell and its height, px. */
  width: number;
  height: number;
  label: string;
  /** Renders one cell; null while its content is not loaded. */
  cell(index: number): ComponentChildren;
  /** Called with the range of rendered cells. */
  onRange?(first: number, end: number): void;
}

const GAP = 12;
/** Rows rendered beyond the visible ones. */
const SPARE = 3;

export function Grid({ count, width, height, label, cell, onRange }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const [shown, setShown] = useState({ columns: 1, first: 0, end: 0 });
  const row = height + GAP;

  useLayoutEffect(() => {
    const measure = () => {
      if (!list.current) return;
      const { top, width: room } = list.current.getBoundingClientRect();
      const columns = Math.max(1, Math.floor((room + GAP) / (width + GAP)));
      const from = Math.max(0, Math.floor(-top / row) - SPARE);
      const rows = Math.ceil(innerHeight / row) + 2 * SPARE;
      const first = Math.min(from * columns, Math.max(0, count - 1));
      const next = {
        columns,
        first: first - (first % columns),
        end: Math.min(count, (from + rows) * columns),
      };
      setShown((old) => (JSON.stringify(old) === JSON.stringify(next) ? old : next));
      onRange?.(next.first, next.end);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.documentElement);
    addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      removeEventListener('scroll', measure);
    };
  }, [count, row, width, onRange]);

  const { columns, first, end } = shown;
  const indexes = Array.from({ length: Math.max(0, end - first) }, (_, at) => first + at);
  return (
    <ul
      ref={list}
      class="grid"
      aria-label={label}
      style={{
        height: `${Math.ceil(count / columns) * row}px`,
        gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
        gridAutoRows: `${height}px`,
        paddingTop: `${(first / columns) * row}px`,
      }}
    >
      {indexes.map((index) => (
        <li key={index} aria-setsize={count} aria-posinset={index + 1}>
          {cell(index)}
        </li>
      ))}
    </ul>
  );
}
