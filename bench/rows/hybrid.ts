/** Searches by vector and words, and questions taken apart, in indexes of two sizes: the time of a search without embedding its query. */
import { connectWorker } from '../../e2e/harness/rpc-page.ts';
import type { SearchRow } from '../row.ts';
import type { HybridTask } from '../search/hybrid.worker.ts';

const SIZES: Omit<HybridTask, 'sentences'>[] = [
  { name: 'hybrid-10k', size: 10_000, dimensions: 384, queries: 200 },
  { name: 'hybrid-100k', size: 100_000, dimensions: 384, queries: 100 },
];

/** @param sentences real ones: how often words are used decides what a search by words costs */
export async function hybrid(sentences: readonly string[]): Promise<SearchRow[]> {
  const rows: SearchRow[] = [];
  for (const size of SIZES) {
    const worker = connectWorker(
      new Worker(new URL('../search/hybrid.worker.ts', import.meta.url), { type: 'module' }),
    );
    try {
      rows.push(...((await worker.call('measure', [{ ...size, sentences }])) as SearchRow[]));
    } finally {
      worker.terminate();
    }
  }
  return rows;
}
