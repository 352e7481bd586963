/** softmax(q · kᵀ · scale + mask) · v, for a few queries of one head at a time. */
import { type Code, define, type Func, type Local } from '../simd/assemble.ts';
import {
  acrossLanes,
  call,
  divideUp,
  f32x4,
  i32,
  inBytes,
  increase,
  lessThan,
  match,
  min,
  repeat,
  turned,
  v128,
  when,
  ZERO,
} from '../simd/instructions.ts';
import { power } from './power.ts';

/** Queries that are worked on together. */
export const QUERIES = 4;
const HEIGHTS = [1, 2, 3, QUERIES] as const;
/** Keys that are scored together. */
const KEYS = 2;
/** Bytes of a head that are mixed together: a head's size is a multiple of this. */
export const CHUNK_BYTES = 32;
/** Floats that a row of scores is longer than there are keys. */
export const SPARE = 4;

const LOWEST = f32x4.splat(-3e38);
/** A key whose mask is below this is not seen. As bits, of which negative numbers have the more the lower they are. */
const UNSEEN = i32.const(new Int32Array(Float32Array.of(-1e30).buffer)[0]!);

const SUMS = ['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'] as const;
const FACTORS = ['f0', 'f1', 'f2', 'f3'] as const;

/**
 * `rows` queries. All strides and `size` in bytes; a mask at 0 is none. `scores`: room for `rows` · (keys + SPARE) floats.
 */
const attend = (rows: number) =>
  define(
    [
      ...(['query', 'queryStride', 'key', 'value', 'keyStride', 'keys', 'size'] as const),
      ...(['mask', 'maskStride', 'scale', 'scores', 'output', 'outputStride'] as const),
    ],
    ['seen', 'at', 'end', 'j', 'scoreStride', 'here'],
    [...SUMS, ...FACTORS, 'x', 'y', 'factor'],
    (l) => {
      const { seen, at, end, j, scoreStride, here, x, y } = l;
      const each = Array.from({ length: rows }, (_, row) => row);
      const row = (of: Local, stride: Local, n: number): Code =>
        n === 0 ? of.get : i32.add(of.get, i32.mul(stride.get, i32.const(n)));

      const lastUnseen = each
        .map((n) =>
          lessThan(
            UNSEEN,
            i32.load(i32.add(row(l.mask, l.maskStride, n), inBytes(i32.sub(seen.get, i32.const(1))))),
          ),
        )
        .reduce((a, b) => i32.and(a, b));
      const more = i32.and(lessThan(i32.const(KEYS), seen.get), lastUnseen);
      const countSeen = [
        seen.set(l.keys.get),
        when(l.mask.get, when(more, repeat(seen.set(i32.sub(seen.get, i32.const(1))), more))),
      ];

      /** Scores of keys `j` … `j` + `count` − 1. */
      const score = (count: number): Code => {
        const sum = (n: number, k: number): Local => l[SUMS[n * KEYS + k]!];
        const keyAt = i32.add(i32.add(l.key.get, i32.mul(j.get, l.keyStride.get)), at.get);
        const loaded = [x, y].slice(0, count);
        const products = [
          here.set(keyAt),
          loaded.map((key, k) => key.set(v128.load(row(here, l.keyStride, k)))),
          each.map((n) => [
            l.factor.set(v128.load(i32.add(row(l.query, l.queryStride, n), at.get))),
            loaded.map((key, k) => sum(n, k).set(f32x4.add(sum(n, k).get, f32x4.mul(l.factor.get, key.get)))),
          ]),
          increase(at, 16),
        ];
        const pair = (n: number): Code => {
          const [a, b] = [sum(n, 0), sum(n, count - 1)];
          return [
            a.set(
              f32x4.add(
                v128.shuffle32(a.get, b.get, [0, 4, 1, 5]),
                v128.shuffle32(a.get, b.get, [2, 6, 3, 7]),
              ),
            ),
            a.set(f32x4.mul(f32x4.add(a.get, turned(a, 4)), v128.splat(l.scale.get))),
            when(
              l.mask.get,
              a.set(f32x4.add(a.get, v128.load64(i32.add(row(l.mask, l.maskStride, n), inBytes(j.get))))),
            ),
            v128.store64(i32.add(row(l.scores, scoreStride, n), inBytes(j.get)), a.get),
          ];
        };
        return [
          each.map((n) => loaded.map((_, k) => sum(n, k).set(ZERO))),
          at.set(i32.const(0)),
          repeat(products, lessThan(at.get, l.size.get)),
          each.map(pair),
        ];
      };
      const scoreAll = [
        j.set(i32.const(0)),
        // The last pair may be one that was scored already, in part.
        when(
          lessThan(i32.const(1), seen.get),
          repeat(
            [j.set(min(j.get, i32.sub(seen.get, i32.const(KEYS)))), score(KEYS), increase(j, KEYS)],
            lessThan(j.get, seen.get),
          ),
        ),
        when(i32.equal(seen.get, i32.const(1)), score(1)),
      ];

      /** Scores become weights; what they are to be divided by. */
      const soften = (n: number): Code => {
        const sum = l[FACTORS[n]!];
        const along = (body: Code): Code => [
          at.set(row(l.scores, scoreStride, n)),
          end.set(i32.add(at.get, inBytes(seen.get))),
          repeat([body, increase(at, 16)], lessThan(at.get, end.get)),
        ];
        return [
          v128.store(i32.add(row(l.scores, scoreStride, n), inBytes(seen.get)), LOWEST),
          x.set(LOWEST),
          along(x.set(f32x4.max(x.get, v128.load(at.get)))),
          acrossLanes(x, f32x4.max),
          sum.set(ZERO),
          along([
            y.set(
              power(
                f32x4.mul(f32x4.sub(v128.load(at.get), x.get), f32x4.splat(Math.LOG2E)),
                l.factor,
                l[SUMS[0]],
              ),
            ),
            v128.store(at.get, y.get),
            sum.set(f32x4.add(sum.get, y.get)),
          ]),
          acrossLanes(sum, f32x4.add),
          sum.set(f32x4.div(f32x4.splat(1), sum.get)),
        ];
      };

      const mixed = (n: number, half: number): Local => l[SUMS[2 * n + half]!];
      const mixChunk = [
        each.map((n) => [mixed(n, 0).set(ZERO), mixed(n, 1).set(ZERO)]),
        here.set(i32.add(l.value.get, at.get)),
        j.set(i32.const(0)),
        repeat(
          [
            [x.set(v128.load(here.get)), y.set(v128.load(here.get, 16))],
            each.map((n) => [
              l.factor.set(v128.load32Splat(i32.add(row(l.scores, scoreStride, n), inBytes(j.get)), 0)),
              [x, y].map((value, half) =>
                mixed(n, half).set(f32x4.add(mixed(n, half).get, f32x4.mul(value.get, l.factor.get))),
              ),
            ]),
            increase(here, l.keyStride.get),
            increase(j, 1),
          ],
          lessThan(j.get, seen.get),
        ),
        each.map((n) =>
          [0, 1].map((half) =>
            v128.store(
              i32.add(row(l.output, l.outputStride, n), at.get),
              f32x4.mul(mixed(n, half).get, l[FACTORS[n]!].get),
              16 * half,
            ),
          ),
        ),
        increase(at, CHUNK_BYTES),
      ];
      return [
        scoreStride.set(inBytes(i32.add(l.keys.get, i32.const(SPARE)))),
        countSeen,
        scoreAll,
        each.map(soften),
        at.set(i32.const(0)),
        repeat(mixChunk, lessThan(at.get, l.size.get)),
      ];
    },
  );

/** An attention: where its parts are, and their strides in bytes. */
export const ATTENTION = [
  ...(['query', 'queryRow', 'queryHead', 'queryBatch', 'queries', 'heads', 'size'] as const),
  ...(['key', 'value', 'keyRow', 'keyHead', 'keyBatch', 'keys', 'sharing'] as const),
  ...(['mask', 'maskRow', 'maskHead', 'maskBatch', 'scale', 'scores', 'mixed'] as const),
] as const;
export type AttentionPart = (typeof ATTENTION)[number];

/**
 * Units `from` … `to` − 1 of the attention described at `parts`; a unit is up to QUERIES queries of one head. Each job has room for
 * the scores of one unit.
 */
const attendUnits = define(
  ['parts', 'from', 'to', 'job'],
  ['tiles', 'tile', 'head', 'batch', 'width', 'scores', 'left', 'keys', 'mask'],
  [],
  (l) => {
    const { tiles, tile, head, batch, width, scores, left, keys, mask } = l;
    const part = (name: AttentionPart): Code => i32.load(l.parts.get, 4 * ATTENTION.indexOf(name));
    const along = (...steps: [count: Code, stride: Code][]): Code =>
      steps.map(([count, stride]) => i32.mul(count, stride)).reduce(i32.add);
    const first = i32.mul(tile.get, i32.const(QUERIES));
    const atQuery = i32.add(
      part('query'),
      along([batch.get, part('queryBatch')], [head.get, part('queryHead')], [first, part('queryRow')]),
    );
    const atOutput = i32.add(
      part('mixed'),
      along([i32.add(i32.mul(batch.get, part('queries')), first), width.get], [head.get, part('size')]),
    );
    const heights = match(left.get, HEIGHTS, (rows) =>
      call(
        `attend${rows}`,
        ...[atQuery, part('queryRow')],
        ...[i32.add(part('key'), keys.get), i32.add(part('value'), keys.get), part('keyRow'), part('keys')],
        ...[part('size'), mask.get, part('maskRow'), part('scale'), scores.get, atOutput, width.get],
      ),
    );
    const unit = [
      tile.set(i32.remainder(l.from.get, tiles.get)),
      batch.set(i32.div(l.from.get, tiles.get)),
      head.set(i32.remainder(batch.get, part('heads'))),
      batch.set(i32.div(batch.get, part('heads'))),
      left.set(min(i32.sub(part('queries'), first), i32.const(QUERIES))),
      keys.set(along([batch.get, part('keyBatch')], [i32.div(head.get, part('sharing')), part('keyHead')])),
      mask.set(part('mask')),
      when(
        mask.get,
        increase(
          mask,
          along([batch.get, part('maskBatch')], [head.get, part('maskHead')], [first, part('maskRow')]),
        ),
      ),
      heights,
      increase(l.from, 1),
    ];
    return [
      tiles.set(divideUp(part('queries'), QUERIES)),
      width.set(i32.mul(part('heads'), part('size'))),
      scores.set(
        i32.add(
          part('scores'),
          i32.mul(l.job.get, i32.mul(i32.add(part('keys'), i32.const(SPARE)), i32.const(4 * QUERIES))),
        ),
      ),
      repeat(unit, lessThan(l.from.get, l.to.get)),
    ];
  },
);

export const attending: Readonly<Record<string, Func>> = {
  ...Object.fromEntries(HEIGHTS.map((rows) => [`attend${rows}`, attend(rows)])),
  attendUnits,
};
