/** Our operators as graphs name them. */

export const DOMAIN = 'think-then-embed';
/** Operators by name. float [.., k], k a multiple of 32 → quantised rows; the gated one: SiLU of the first input times the second. */
export const QUANTIZE = { plain: 'QuantizeRows', gelu: 'QuantizeGelu', gated: 'QuantizeGated' } as const;
/** Quantised rows, packed weights → float [.., n]. */
export const MULTIPLY_QUANTIZED = 'MultiplyQuantized';
/** float [.., n] twice, parameters → [the sum,] the sum normalised; n a multiple of 4. */
export const NORMALIZE = { alone: 'NormalizeSum', withSum: 'SumAndNormalize' } as const;
/**
 * Query, key, value, mask, int32 [the scale's bits, heads] → the values mixed, and scratch. Heads side by side in the last axis or
 * apart in the second; their size a multiple of 8.
 */
export const ATTEND = { joined: 'Attend', apart: 'AttendHeads' } as const;
