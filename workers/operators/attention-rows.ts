/** softmax(q · kᵀ · scale + mask) · v for a few queries of one head. */
import { type Code, define, type Local } from '../simd/assemble.ts';
import {
  f32x4,
  i32,
  if_,
  inBytes,
  increment,
  lessThan,
  loop,
  min,
  reduceLanes,
  rotateLanes,
  v128,
  ZERO,
} from '../simd/instructions.ts';
import { exp2 } from './exp2.ts';

/** Queries that are processed together. */
export const QUERY_TILE = 4;
export const ROW_COUNTS = [1, 2, 3, QUERY_TILE] as const;
/** Keys whose scores are computed together. */
const KEY_TILE = 2;
/** Bytes of a value row that are accumulated together; the size of a head is a multiple of this. */
export const HEAD_CHUNK_BYTES = 32;
/** Floats by which a row of scores is longer than the number of keys. */
export const SCORE_PADDING = 4;

const LOWEST = f32x4.splat(-3e38);
/** Keys whose mask is below this are skipped. Compared as unsigned bits: the lower a negative float, the larger its bits. */
const MASKED = i32.const(new Int32Array(Float32Array.of(-1e30).buffer)[0]!);

const SUMS = ['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'] as const;
const FACTORS = ['f0', 'f1', 'f2', 'f3'] as const;

/**
 * Attention of `rows` queries. Strides and `size` are in bytes; a mask address of 0 means no mask. `scores` is scratch for
 * `rows` · (keys + SCORE_PADDING) floats.
 */
export const attend = (rows: number) =>
  define(
    [
      ...(['query', 'queryStride', 'key', 'value', 'keyStride', 'keys', 'size'] as const),
      ...(['mask', 'maskStride', 'scale', 'scores', 'output', 'outputStride'] as const),
    ],
    ['visible', 'at', 'end', 'j', 'scoreStride', 'here'],
    [...SUMS, ...FACTORS, 'x', 'y', 'factor'],
    (l) => {
      const { visible, at, end, j, scoreStride, here, x, y } = l;
      const each = Array.from({ length: rows }, (_, row) => row);
      const row = (of: Local, stride: Local, n: number): Code =>
        n === 0 ? of.get : i32.add(of.get, i32.mul(stride.get, i32.const(n)));

      const lastIsMasked = each
        .map((n) =>
          lessThan(
            MASKED,
            i32.load(i32.add(row(l.mask, l.maskStride, n), inBytes(i32.sub(visible.get, i32.const(1))))),
          ),
        )
        .reduce((a, b) => i32.and(a, b));
      const more = i32.and(lessThan(i32.const(KEY_TILE), visible.get), lastIsMasked);
      const countVisible = [
        visible.set(l.keys.get),
        if_(l.mask.get, if_(more, loop(visible.set(i32.sub(visible.get, i32.const(1))), more))),
      ];

      /** Scores of keys `j` … `j` + `count` − 1 with every query. */
      const score = (count: number): Code => {
        const sum = (n: number, k: number): Local => l[SUMS[n * KEY_TILE + k]!];
        const keyAt = i32.add(i32.add(l.key.get, i32.mul(j.get, l.keyStride.get)), at.get);
        const loaded = [x, y].slice(0, count);
        const products = [
          here.set(keyAt),
          loaded.map((key, k) => key.set(v128.load(row(here, l.keyStride, k)))),
          each.map((n) => [
            l.factor.set(v128.load(i32.add(row(l.query, l.queryStride, n), at.get))),
            loaded.map((key, k) => sum(n, k).set(f32x4.add(sum(n, k).get, f32x4.mul(l.factor.get, key.get)))),
          ]),
          increment(at, 16),
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
            a.set(f32x4.mul(f32x4.add(a.get, rotateLanes(a, 4)), v128.splat(l.scale.get))),
            if_(
              l.mask.get,
              a.set(f32x4.add(a.get, v128.load64(i32.add(row(l.mask, l.maskStride, n), inBytes(j.get))))),
            ),
            v128.store64(i32.add(row(l.scores, scoreStride, n), inBytes(j.get)), a.get),
          ];
        };
        return [
          each.map((n) => loaded.map((_, k) => sum(n, k).set(ZERO))),
          at.set(i32.const(0)),
          loop(products, lessThan(at.get, l.size.get)),
          each.map(pair),
        ];
      };
      const scoreAll = [
        j.set(i32.const(0)),
        // With an odd number of keys the last pair overlaps the one before.
        if_(
          lessThan(i32.const(1), visible.get),
          loop(
            [
              j.set(min(j.get, i32.sub(visible.get, i32.const(KEY_TILE)))),
              score(KEY_TILE),
              increment(j, KEY_TILE),
            ],
            lessThan(j.get, visible.get),
          ),
        ),
        if_(i32.eq(visible.get, i32.const(1)), score(1)),
      ];

      /** Replaces the scores by their exponentials, and keeps the reciprocal of their sum. */
      const softmax = (n: number): Code => {
        const sum = l[FACTORS[n]!];
        const along = (body: Code): Code => [
          at.set(row(l.scores, scoreStride, n)),
          end.set(i32.add(at.get, inBytes(visible.get))),
          loop([body, increment(at, 16)], lessThan(at.get, end.get)),
        ];
        return [
          v128.store(i32.add(row(l.scores, scoreStride, n), inBytes(visible.get)), LOWEST),
          x.set(LOWEST),
          along(x.set(f32x4.max(x.get, v128.load(at.get)))),
          reduceLanes(x, f32x4.max),
          sum.set(ZERO),
          along([
            y.set(
              exp2(
                f32x4.mul(f32x4.sub(v128.load(at.get), x.get), f32x4.splat(Math.LOG2E)),
                l.factor,
                l[SUMS[0]],
              ),
            ),
            v128.store(at.get, y.get),
            sum.set(f32x4.add(sum.get, y.get)),
          ]),
          reduceLanes(sum, f32x4.add),
          sum.set(f32x4.div(f32x4.splat(1), sum.get)),
        ];
      };

      const accumulator = (n: number, half: number): Local => l[SUMS[2 * n + half]!];
      const accumulateChunk = [
        each.map((n) => [accumulator(n, 0).set(ZERO), accumulator(n, 1).set(ZERO)]),
        here.set(i32.add(l.value.get, at.get)),
        j.set(i32.const(0)),
        loop(
          [
            [x.set(v128.load(here.get)), y.set(v128.load(here.get, 16))],
            each.map((n) => [
              l.factor.set(v128.load32Splat(i32.add(row(l.scores, scoreStride, n), inBytes(j.get)), 0)),
              [x, y].map((value, half) =>
                accumulator(n, half).set(
                  f32x4.add(accumulator(n, half).get, f32x4.mul(value.get, l.factor.get)),
                ),
              ),
            ]),
            increment(here, l.keyStride.get),
            increment(j, 1),
          ],
          lessThan(j.get, visible.get),
        ),
        each.map((n) =>
          [0, 1].map((half) =>
            v128.store(
              i32.add(row(l.output, l.outputStride, n), at.get),
              f32x4.mul(accumulator(n, half).get, l[FACTORS[n]!].get),
              16 * half,
            ),
          ),
        ),
        increment(at, HEAD_CHUNK_BYTES),
      ];
      return [
        scoreStride.set(inBytes(i32.add(l.keys.get, i32.const(SCORE_PADDING)))),
        countVisible,
        scoreAll,
        each.map(softmax),
        at.set(i32.const(0)),
        loop(accumulateChunk, lessThan(at.get, l.size.get)),
      ];
    },
  );
