/** Seeded random choices: equal seeds give equal data on every machine. */
import { seeded } from '../workers/index/random.ts';

export interface Random {
  /** In [0, 1). */
  next(): number;
  between(low: number, high: number): number;
  /** An integer in [0, count). */
  below(count: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** `count` different elements in random order, or all if there are fewer. */
  sample<T>(from: readonly T[], count: number): T[];
}

/** @param name identifies the use: each has its own stream, so that a change in one does not affect the others */
export function createRandom(seed: number, name: string): Random {
  const next = seeded(hash(`${seed}/${name}`));
  const below = (count: number) => Math.floor(next() * count);
  return {
    next,
    below,
    between: (low, high) => low + (high - low) * next(),
    chance: (probability) => next() < probability,
    pick(from) {
      if (from.length === 0) throw new Error(`nothing to pick from (${name})`);
      return from[below(from.length)] as (typeof from)[number];
    },
    sample(from, count) {
      const left = [...from];
      return Array.from(
        { length: Math.min(count, left.length) },
        () => left.splice(below(left.length), 1)[0] as (typeof left)[number],
      );
    },
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) as number), 0x01000193);
  return value;
}
