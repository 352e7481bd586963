// Fuses softmax(q · kᵀ · scale + mask) · v, including the splitting and merging of heads, into one operator of ours.

import { ATTENTION_OPERATORS } from '../../operators/names.ts';
import { attentionNode, HEAD_STEP } from '../attention.ts';
import type { Pass } from '../edit.ts';
import { DataType, intAttribute, intsAttribute, isOp, type Node, numbers } from '../onnx.ts';
import type { Ranks } from '../rank.ts';
import { unbiased, unscaled } from './match.ts';

interface Heads {
  /** [batch, sequence, heads · size] */
  source: string;
  size: number;
  heads: number | undefined;
}

/** The entries of a shape that is a constant or a Concat; undefined where they are not constant. */
function shapeParts(pass: Pass, name: string): (number | undefined)[] | undefined {
  const constant = pass.constant(name);
  if (constant) return numbers(constant);
  const node = pass.producer(name);
  if (!isOp(node, 'Concat')) return undefined;
  return node.inputs.flatMap((part) => {
    const value = pass.constant(part);
    return value ? numbers(value) : [undefined];
  });
}

/** `name` as Transpose(Reshape(source, [.., .., heads, size]), perm). */
function splitHeads(pass: Pass, ranks: Ranks, name: string, perm: string): Heads | undefined {
  const transpose = pass.producer(name);
  if (!isOp(transpose, 'Transpose') || intsAttribute(transpose, 'perm')?.join() !== perm) return undefined;
  const reshape = pass.producer(transpose.inputs[0]!);
  if (!isOp(reshape, 'Reshape')) return undefined;
  const parts = shapeParts(pass, reshape.inputs[1]!);
  const source = reshape.inputs[0]!;
  const size = parts?.[3];
  if (parts?.length !== 4 || !size || size < 1 || ranks.rank(source) !== 3) return undefined;
  const heads = parts[2];
  return { source, size, heads: heads !== undefined && heads > 0 ? heads : undefined };
}

/** kᵀ, made by one transposition or by two: heads first, then the last two axes. */
function splitKeys(pass: Pass, ranks: Ranks, name: string): Heads | undefined {
  const direct = splitHeads(pass, ranks, name, '0,2,3,1');
  const node = pass.producer(name);
  if (direct || !isOp(node, 'Transpose') || intsAttribute(node, 'perm')?.join() !== '0,1,3,2') return direct;
  return splitHeads(pass, ranks, node.inputs[0]!, '0,2,1,3');
}

/** Keys or values [batch, heads, total, size]: a cache that is an input of the graph, and behind it the heads of this run. */
function cachedHeads(pass: Pass, ranks: Ranks, name: string): (Heads & { heads: number }) | undefined {
  const node = pass.producer(name);
  if (!isOp(node, 'Concat') || ![2, -2].includes(intAttribute(node, 'axis', 0)) || node.inputs.length !== 2)
    return undefined;
  const [past, fresh] = node.inputs as [string, string];
  const shape = pass.graph.inputs.find((input) => input.name === past)?.shape;
  const [, heads, , size] = shape ?? [];
  const split = splitHeads(pass, ranks, fresh, '0,2,1,3');
  if (!split || typeof heads !== 'number' || split.size !== size) return undefined;
  if (widthOf(pass, split.source) !== heads * split.size) return undefined;
  return { ...split, heads };
}

/** Width of a projection's output, if it is in single precision. */
function widthOf(pass: Pass, name: string): number | undefined {
  const float = (constant: string | undefined) => {
    const tensor = pass.constant(constant);
    return tensor?.type === DataType.float ? tensor : undefined;
  };
  const biased = unbiased(pass, name);
  if (biased) return float(biased[1])?.dims[0];
  const [value, factor] = unscaled(pass, name);
  if (factor !== 1) return widthOf(pass, value);
  const node = pass.producer(name);
  if (!node) return undefined;
  if (node.opType === 'MatMulNBits') return float(node.inputs[2]) && intAttribute(node, 'N', 0);
  return node.opType === 'MatMul' ? float(node.inputs[1])?.dims.at(-1) : undefined;
}

interface Scores {
  query: string;
  keys: string;
  factor: number;
  mask: string;
}

/** The input of the softmax: query, transposed keys, factor and mask ('' if there is none). */
function scoresOf(pass: Pass, name: string): Scores | undefined {
  const product = (value: string): Omit<Scores, 'mask'> | undefined => {
    const [inner, factor] = unscaled(pass, value);
    const node = pass.producer(inner);
    return isOp(node, 'MatMul') ? { query: node.inputs[0]!, keys: node.inputs[1]!, factor } : undefined;
  };
  const plain = product(name);
  if (plain) return { ...plain, mask: '' };
  const add = pass.producer(name);
  if (!isOp(add, 'Add')) return undefined;
  const [a, b] = add.inputs as [string, string];
  const left = product(a);
  if (left) return { ...left, mask: b };
  const right = product(b);
  return right ? { ...right, mask: a } : undefined;
}

/** The Reshape that merges the heads of the attention output, if nothing else reads it. */
function joined(pass: Pass, weighted: Node): Node | undefined {
  const transpose = pass.onlyConsumer(weighted.outputs[0]!);
  if (!isOp(transpose, 'Transpose') || intsAttribute(transpose, 'perm')?.join() !== '0,2,1,3')
    return undefined;
  const reshape = pass.onlyConsumer(transpose.outputs[0]!);
  if (!isOp(reshape, 'Reshape')) return undefined;
  return shapeParts(pass, reshape.inputs[1]!)?.length === 3 ? reshape : undefined;
}

/** Keys, given transposed, and values that follow those of earlier runs, and the number of heads. */
function cachedAttention(pass: Pass, ranks: Ranks, transposed: string, value: string, q: Heads) {
  const transpose = pass.producer(transposed);
  if (!isOp(transpose, 'Transpose') || intsAttribute(transpose, 'perm')?.join() !== '0,1,3,2')
    return undefined;
  const key = transpose.inputs[0]!;
  const [k, v] = [key, value].map((name) => cachedHeads(pass, ranks, name));
  const heads = (widthOf(pass, unscaled(pass, q.source)[0]) ?? 0) / q.size;
  const fits = [k, v].every((part) => part && part.size === q.size && part.heads === heads);
  return fits && [undefined, heads].includes(q.heads) ? { key, value, heads } : undefined;
}

/** @returns the number of fused attentions */
export function fuseAttention(pass: Pass, ranks: Ranks): number {
  let count = 0;
  for (const softmax of pass.graph.nodes) {
    if (!isOp(softmax, 'Softmax') || ![-1, 3].includes(intAttribute(softmax, 'axis', -1))) continue;
    const scores = scoresOf(pass, softmax.inputs[0]!);
    const weighted = pass.onlyConsumer(softmax.outputs[0]!);
    if (!scores || !isOp(weighted, 'MatMul') || weighted.inputs[0] !== softmax.outputs[0]) continue;
    if (scores.mask && ranks.rank(scores.mask) !== 4) continue;
    const output = joined(pass, weighted);
    const [query, queryFactor] = unscaled(pass, scores.query);
    const [keys, keysFactor] = unscaled(pass, scores.keys);
    const q = splitHeads(pass, ranks, query, '0,2,1,3');
    if (!output || !q || q.size % HEAD_STEP !== 0) continue;
    const cached = cachedAttention(pass, ranks, keys, weighted.inputs[1]!, q);
    if (cached) {
      const scale = scores.factor * queryFactor * keysFactor;
      const inputs = { query, ...cached, mask: scores.mask, scale };
      pass.replace(output, [attentionNode(pass, ATTENTION_OPERATORS.bnsh, inputs, output.outputs[0]!)]);
      count++;
      continue;
    }
    const k = splitKeys(pass, ranks, keys);
    const v = splitHeads(pass, ranks, weighted.inputs[1]!, '0,2,1,3');
    if (!k || !v || q.size !== k.size || q.size !== v.size) continue;
    const [source, sourceFactor] = unscaled(pass, q.source);
    const widths = [source, k.source, v.source].map((name) => widthOf(pass, name));
    const width = widths[0];
    if (!width || widths.some((other) => other !== width) || width % q.size !== 0) continue;
    const heads = width / q.size;
    if ([q, k, v].some((split) => split.heads !== undefined && split.heads !== heads)) continue;
    const scale = scores.factor * queryFactor * keysFactor * sourceFactor;
    const inputs = { query: source, key: k.source, value: v.source, mask: scores.mask };
    pass.replace(output, [
      attentionNode(pass, ATTENTION_OPERATORS.bsh, { ...inputs, scale, heads }, output.outputs[0]!),
    ]);
    count++;
  }
  return count;
}
