/** Detects repetition while tokens are generated. */

/** Longest repeated unit to detect, in tokens. */
const MAX_PERIOD = 64;
/** A unit counts as a loop once it occurs three times and the repetitions have at least this many tokens. */
const MIN_REPEATED = 24;

export interface LoopDetector {
  /** Returns true once the tokens so far end in a loop. */
  push(token: number): boolean;
}

/** Costs one comparison for each period and token. */
export function createLoopDetector(): LoopDetector {
  const tokens: number[] = [];
  /** For each period p: the number of consecutive tokens that equal the token p before. */
  const runs = new Int32Array(MAX_PERIOD + 1);
  return {
    push(token) {
      const at = tokens.push(token) - 1;
      let isLoop = false;
      for (let period = 1; period <= Math.min(MAX_PERIOD, at); period++) {
        const run = tokens[at - period] === token ? (runs[period] as number) + 1 : 0;
        runs[period] = run;
        if (run >= Math.max(MIN_REPEATED, 2 * period)) isLoop = true;
      }
      return isLoop;
    },
  };
}
