/** The operators' names in graphs. */

export const DOMAIN = 'think-then-embed';
/** float [.., k] → quantized rows; k is a multiple of 32. `gelu` and `gated` (SiLU of the first input times the second) come first. */
export const QUANTIZE = { plain: 'QuantizeRows', gelu: 'QuantizeGelu', gated: 'QuantizeGated' } as const;
/** Quantized rows, packed weights → float [.., n]. */
export const MATMUL_QUANTIZED = 'MatMulQuantized';
/**
 * Indices, 4-bit table uint8 [rows, k / 2] (of two values, the first in the low half), scales float [rows, blocks], zero points of 4 bits
 * uint8 [rows, ⌈blocks / 2⌉], int32 [rows, blocks, chunks of 32 in a block] → (value − zero point) · scale, float [.., k].
 */
export const GATHER_QUANTIZED = 'GatherQuantized';
/** float [.., n] twice, parameters → [their sum,] layer norm of the sum; n is a multiple of 4. */
export const SKIP_LAYER_NORM = { plain: 'SkipLayerNorm', withSum: 'SkipLayerNormWithSum' } as const;
/**
 * float [n, c, h, w], packed weights (`packConvolution`), int32 CONVOLUTION_WORDS → float [n, channels, h', w'], and scratch: the
 * convolution of one group without dilation, and its activation.
 */
export const CONV_QUANTIZED = 'ConvQuantized';
/** The same with weights in floats (`packFloatConvolution`), computed in floats. */
export const CONV_FLOATS = 'ConvFloats';
/**
 * The same for a convolution in which every channel is a group by itself (`packDepthwise`), in floats; its kernel is 3 or 5 wide, and
 * moves by one or two columns.
 */
export const CONV_DEPTHWISE = 'ConvDepthwise';
/**
 * Query, key, value, mask, int32 [bits of the scale, heads] → attention, and scratch. Inputs are [batch, sequence, heads · size] or
 * [batch, heads, sequence, size]; the size of a head is a multiple of 8.
 */
export const ATTENTION_OPERATORS = { bsh: 'AttentionBSH', bnsh: 'AttentionBNSH' } as const;
