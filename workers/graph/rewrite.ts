// One 4-bit download, the fastest form in memory. See docs/graph-rewrite.md for what was measured.

import { DOMAIN } from '../operators/names.ts';
import type { Chunks } from './byte-stream.ts';
import { decodeModel } from './decode.ts';
import { everyGraph, type Pass, removeUnused, startPass } from './edit.ts';
import { type ExternalFile, encodeModel } from './encode.ts';
import { readExternalData } from './external.ts';
import { fuseAttention } from './fuse/attention.ts';
import { fuseBias } from './fuse/bias.ts';
import { fuseGelu } from './fuse/gelu.ts';
import { fuseSkipNorm } from './fuse/norm.ts';
import { rewriteGathers } from './gather.ts';
import { rewriteGroupQueryAttention } from './group-query-attention.ts';
import { type GraphSignature, signatureOf } from './inspect.ts';
import { rewriteMatMuls } from './matmul.ts';
import { appendNextToken, LOGITS } from './next-token.ts';
import { rewriteNorms } from './norm.ts';
import { type Graph, MICROSOFT, type Model, type Node } from './onnx.ts';
import { ranksOf } from './rank.ts';

export interface RewriteRequest {
  /** The .onnx file as consecutive chunks, each let go of as soon as it has been read. */
  model: Chunks;
  /** The external data files the graph names, by the location it gives. */
  externalData?: ReadonlyMap<string, Chunks>;
  target: 'wasm' | 'webgpu';
  /**
   * On WASM: whether the runtime has our operators; without them the graph stays as it is. Waited for when the file has been read.
   *
   * @default true
   */
  customOperators?: boolean | Promise<boolean>;
  /**
   * Appends the greedy choice of the next token to a causal language model: the output `logits` gives way to `next_token`
   * (int64 [batch, 1]), and only the last position goes through the vocabulary's projection.
   *
   * @default false
   */
  nextToken?: boolean;
  /** Output names to keep besides the ones kept anyway: `logits` with `nextToken` stays whole if it is named here. */
  keep?: readonly string[];
  signal?: AbortSignal;
}

export interface RewrittenGraph {
  /** For `InferenceSession.create(model, { externalData })`. */
  model: Uint8Array;
  externalData: ExternalFile[];
  /** Inputs and outputs after the rewrite. */
  signature: GraphSignature;
  summary: {
    /** MatMulNBits and GatherBlockQuantized nodes rewritten. */
    matMuls: number;
    gathers: number;
    /** Attentions, activations and normalisations fused. */
    fusions: number;
    /** Time of the rewrite, the reading of the chunks included. */
    milliseconds: number;
    /** Size of what the runtime gets. */
    bytes: number;
  };
}

/** How long a rewrite works before it lets the worker's other messages through. */
const SLICE_MS = 30;

function pauses(signal: AbortSignal | undefined): () => Promise<void> {
  let started = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - started < SLICE_MS) return;
    await new Promise<void>((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    started = performance.now();
  };
}

/** Weights disappear from the model with their last reader, so that old and new forms never stand side by side. */
function releaser(model: Model): (name: string, node: Node) => void {
  const readers = new Map<string, number>();
  const graphs: Graph[] = [];
  everyGraph(model.graph, (graph) => {
    graphs.push(graph);
    const { nodes } = graph;
    for (const { inputs } of nodes)
      for (const name of inputs) readers.set(name, (readers.get(name) ?? 0) + 1);
  });
  return (name) => {
    const left = (readers.get(name) ?? 1) - 1;
    readers.set(name, left);
    if (left > 0) return;
    for (const { initializers } of graphs) initializers.delete(name);
  };
}

function fuse(graph: Graph, parents: Graph[], opset: number): number {
  const fusions = [
    fuseBias,
    (pass: Pass) => fuseAttention(pass, ranksOf(pass)),
    fuseGelu,
    (pass: Pass) => fuseSkipNorm(pass, ranksOf(pass)),
    (pass: Pass) => rewriteGroupQueryAttention(pass, opset),
  ];
  return fusions.reduce((count, fusion) => {
    const pass = startPass(graph, parents);
    const fused = fusion(pass);
    pass.apply();
    return count + fused;
  }, 0);
}

async function rewriteForWasm(model: Model, signal: AbortSignal | undefined) {
  const counts = { matMuls: 0, gathers: 0, fusions: 0 };
  const opset = model.opsets.get('') ?? 0;
  const release = releaser(model);
  const graphs: [Graph, Graph[]][] = [];
  everyGraph(model.graph, (graph, parents) => graphs.push([graph, parents]));
  for (const [graph, parents] of graphs) {
    counts.fusions += fuse(graph, parents, opset);
    removeUnused(graph);
    const gathers = startPass(graph, parents);
    counts.gathers += rewriteGathers(gathers);
    gathers.apply();
    const pass = startPass(graph, parents);
    counts.matMuls += await rewriteMatMuls(pass, { release, pause: pauses(signal) });
    pass.apply();
    const norms = startPass(graph, parents);
    rewriteNorms(norms);
    norms.apply();
  }
  model.opsets.set(MICROSOFT, 1);
  model.opsets.set(DOMAIN, 1);
  return counts;
}

/**
 * Makes a model file ready for a session. On WebGPU the graph stays as it is; on WASM its 4-bit products go to operators of our own, and
 * what has no kernel there becomes standard operators. Weights leave as separate files, one a tensor, so that the runtime copies
 * each of them once.
 *
 * @throws on a file that is truncated or not ONNX, on a missing external file, and when aborted.
 */
export async function rewriteGraph(request: RewriteRequest): Promise<RewrittenGraph> {
  const { externalData = new Map(), target, customOperators = true } = request;
  const { nextToken = false, keep = [], signal } = request;
  const started = performance.now();
  const model = await decodeModel(request.model, { signal });
  await readExternalData(model.graph, externalData, signal);

  if (nextToken) {
    const pass = startPass(model.graph);
    appendNextToken(pass, {
      keepLogits: keep.includes(LOGITS),
      parallel: target === 'webgpu',
      opset: model.opsets.get('') ?? 0,
    });
    pass.apply();
  }
  let counts = { matMuls: 0, gathers: 0, fusions: 0 };
  if (target === 'wasm' && (await customOperators)) counts = await rewriteForWasm(model, signal);
  removeUnused(model.graph);

  const encoded = encodeModel(model);
  const bytes = encoded.externalData.reduce((sum, { data }) => sum + data.length, encoded.model.length);
  const milliseconds = performance.now() - started;
  return { ...encoded, signature: signatureOf(model), summary: { ...counts, milliseconds, bytes } };
}
