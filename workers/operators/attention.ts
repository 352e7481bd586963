/** The attention kernel: it splits an attention into tiles, a few queries of one head each. */
import { type Code, define, type Func } from '../simd/assemble.ts';
import { call, ceilDiv, i32, if_, increment, lessThan, loop, min, switch_ } from '../simd/instructions.ts';
import { attend, QUERY_TILE, ROW_COUNTS, SCORE_PADDING } from './attention-rows.ts';

/** Fields that describe an attention to its jobs: addresses, sizes, and strides in bytes. */
export const ATTENTION = [
  ...(['query', 'queryRow', 'queryHead', 'queryBatch', 'queries', 'heads', 'size'] as const),
  ...(['key', 'value', 'keyRow', 'keyHead', 'keyBatch', 'keys', 'groupSize'] as const),
  ...(['mask', 'maskRow', 'maskHead', 'maskBatch', 'scale', 'scores', 'output'] as const),
] as const;
export type AttentionField = (typeof ATTENTION)[number];

/**
 * Units `from` … `to` − 1 of the attention described at `fields`; a unit is up to QUERY_TILE queries of one head. Each job has its own
 * scratch for the scores of one unit.
 */
const attendTiles = define(
  ['fields', 'from', 'to', 'job'],
  ['tiles', 'tile', 'head', 'batch', 'width', 'scores', 'left', 'keys', 'mask'],
  [],
  (l) => {
    const { tiles, tile, head, batch, width, scores, left, keys, mask } = l;
    const field = (name: AttentionField): Code => i32.load(l.fields.get, 4 * ATTENTION.indexOf(name));
    const offset = (...steps: [count: Code, stride: Code][]): Code =>
      steps.map(([count, stride]) => i32.mul(count, stride)).reduce(i32.add);
    const first = i32.mul(tile.get, i32.const(QUERY_TILE));
    const atQuery = i32.add(
      field('query'),
      offset([batch.get, field('queryBatch')], [head.get, field('queryHead')], [first, field('queryRow')]),
    );
    const atOutput = i32.add(
      field('output'),
      offset([i32.add(i32.mul(batch.get, field('queries')), first), width.get], [head.get, field('size')]),
    );
    const byRows = switch_(left.get, ROW_COUNTS, (rows) =>
      call(
        `attend${rows}`,
        ...[atQuery, field('queryRow')],
        ...[
          i32.add(field('key'), keys.get),
          i32.add(field('value'), keys.get),
          field('keyRow'),
          field('keys'),
        ],
        ...[field('size'), mask.get, field('maskRow'), field('scale'), scores.get, atOutput, width.get],
      ),
    );
    const unit = [
      tile.set(i32.remU(l.from.get, tiles.get)),
      batch.set(i32.divU(l.from.get, tiles.get)),
      head.set(i32.remU(batch.get, field('heads'))),
      batch.set(i32.divU(batch.get, field('heads'))),
      left.set(min(i32.sub(field('queries'), first), i32.const(QUERY_TILE))),
      keys.set(
        offset([batch.get, field('keyBatch')], [i32.divU(head.get, field('groupSize')), field('keyHead')]),
      ),
      mask.set(field('mask')),
      if_(
        mask.get,
        increment(
          mask,
          offset([batch.get, field('maskBatch')], [head.get, field('maskHead')], [first, field('maskRow')]),
        ),
      ),
      byRows,
      increment(l.from, 1),
    ];
    return [
      tiles.set(ceilDiv(field('queries'), QUERY_TILE)),
      width.set(i32.mul(field('heads'), field('size'))),
      scores.set(
        i32.add(
          field('scores'),
          i32.mul(
            l.job.get,
            i32.mul(i32.add(field('keys'), i32.const(SCORE_PADDING)), i32.const(4 * QUERY_TILE)),
          ),
        ),
      ),
      loop(unit, lessThan(l.from.get, l.to.get)),
    ];
  },
);

export const attentionKernel: Readonly<Record<string, Func>> = {
  ...Object.fromEntries(ROW_COUNTS.map((rows) => [`attend${rows}`, attend(rows)])),
  attendTiles,
};
