/** Pairwise similarities of the selected items. */
import { useState } from 'preact/hooks';
import type { StoredItem } from 'think-then-embed';
import { MAX_MATRIX_ITEMS, type Matrix, matrix, selection } from '../state/map.ts';
import { text } from '../strings.ts';
import { ARROWS } from '../ui/scatter.ts';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { nameOf } from './hit.tsx';

const words = text.map;

export function MatrixView() {
  const made = matrix.value;
  if (!made) return null;
  return (
    <section class="panel" aria-labelledby="matrix-title">
      <h2 id="matrix-title">{words.matrix}</h2>
      {selection.value.length > MAX_MATRIX_ITEMS && <p class="note">{words.most(MAX_MATRIX_ITEMS)}</p>}
      <Table {...made} />
    </section>
  );
}

function Table({ items, scores }: Matrix) {
  const [at, setAt] = useState<readonly [row: number, column: number]>([0, 0]);
  const least = Math.min(...scores.flat());
  const last = items.length - 1;
  const [row, column] = [Math.min(at[0], last), Math.min(at[1], last)];
  const [a, b] = [items[row], items[column]] as [StoredItem, StoredItem];

  function onKey(event: KeyboardEvent & { currentTarget: HTMLTableElement }): void {
    const [right, down] = ARROWS[event.key] ?? [0, 0];
    if (!right && !down) return;
    event.preventDefault();
    const to = [bounded(row + down, last), bounded(column + right, last)] as const;
    event.currentTarget.rows[to[0] + 1]?.querySelectorAll('td')[to[1]]?.focus();
  }

  return (
    <>
      <div class="scrolled">
        {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: arrow keys go from cell to cell */}
        <table id="matrix" class="matrix" role="grid" aria-labelledby="matrix-title" onKeyDown={onKey}>
          <thead>
            <tr>
              <td />
              {items.map((item) => (
                <th key={item.id} scope="col">
                  {nameOf(item)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((item, i) => (
              <tr key={item.id}>
                <th scope="row">
                  <span>{nameOf(item)}</span> {item.text === '' && <Thumbnail item={item} />}
                </th>
                {scores[i]?.map((score, j) => (
                  <td
                    key={items[j]?.id}
                    tabIndex={i === row && j === column ? 0 : -1}
                    style={{ '--alike': String(bounded((score - least) / (1 - least || 1), 1)) }}
                    onFocus={() => setAt([i, j])}
                    onPointerEnter={() => setAt([i, j])}
                  >
                    <span>{score.toFixed(2)}</span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p id="matrix-cell" class="note" role="status">
        {words.cell(nameOf(a), nameOf(b), (scores[row]?.[column] ?? 0).toFixed(2))}
      </p>
    </>
  );
}

function bounded(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}
