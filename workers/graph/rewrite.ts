// Turns a downloaded model into the form that runs fastest. Measurements: docs/graph-rewrite.md.

import { hasRelaxedSimd } from '../operators/dot.ts';
import { DOMAIN } from '../operators/names.ts';
import type { Chunks } from './byte-stream.ts';
import { rewriteConvolutions } from './convolution.ts';
import { decodeModel } from './decode.ts';
import { everyGraph, type Pass, removeUnused, startPass } from './edit.ts';
import { type ExternalFile, encodeModel } from './encode.ts';
import { readExternalData } from './external.ts';
import { fuseAttention } from './fuse/attention.ts';
import { fuseBias } from './fuse/bias.ts';
import { fuseGather } from './fuse/gather.ts';
import { fuseGelu } from './fuse/gelu.ts';
import { fuseSkipNorm } from './fuse/norm.ts';
import { rewriteGathers } from './gather.ts';
import { rewriteGroupQueryAttention } from './group-query-attention.ts';
import { rewriteMatMuls } from './matmul.ts';
import { appendNextToken, LOGITS } from './next-token.ts';
import { rewriteNorms } from './norm.ts';
import { type Graph, MICROSOFT, type Model, type Node } from './onnx.ts';
import { appendPooling } from './pool.ts';
import { ranksOf } from './rank.ts';
import { type GraphSignature, signatureOf } from './signature.ts';

export interface RewriteRequest {
  /** The .onnx file as consecutive chunks; each is released once it has been read. */
  model: Chunks;
  /** The external data files of the graph, by the location that it names. */
  externalData?: ReadonlyMap<string, Chunks>;
  target: 'wasm' | 'webgpu';
  /**
   * WASM only: whether the runtime has our operators; without them the graph is not rewritten. Awaited once the file has been read.
   *
   * @default true
   */
  customOperators?: boolean | Promise<boolean>;
  /**
   * WASM only: whether convolutions with 8-bit weights become our operator. In plain SIMD it is slower than the runtime's floats.
   *
   * @default whether the engine supports relaxed SIMD
   */
  convolutions?: boolean;
  /**
   * WASM only: whether our operator computes them in floats instead of bytes.
   *
   * @default false
   */
  floatConvolutions?: boolean;
  /**
   * Appends greedy selection of the next token to a causal language model: the output `next_token` (int64 [batch, 1]) replaces
   * `logits`, and only the last position goes through the vocabulary projection.
   *
   * @default false
   */
  nextToken?: boolean;
  /** Additional outputs to keep: with `nextToken`, `logits` is kept if it is named here. */
  keep?: readonly string[];
  /**
   * WebGPU only: of these outputs, the first that the graph has becomes `pooled`, if it holds hidden states: `pool_weights` is a new
   * input, and only one vector for each row is read back. On WASM there is nothing to gain.
   */
  pool?: readonly string[];
  signal?: AbortSignal;
}

export interface RewrittenGraph {
  /** For `InferenceSession.create(model, { externalData })`. */
  model: Uint8Array;
  externalData: ExternalFile[];
  /** Inputs and outputs after the rewrite. */
  signature: GraphSignature;
  summary: {
    /** Numbers of rewritten MatMulNBits and GatherBlockQuantized nodes. */
    matMuls: number;
    gathers: number;
    /** Number of rewritten convolutions. */
    convolutions: number;
    /** Number of fused attentions, activations and norms. */
    fusions: number;
    /** Duration, including the time for reading the chunks. */
    milliseconds: number;
    /** Size of the model and its weights after the rewrite. */
    bytes: number;
  };
}

/** How long the rewrite works before it yields to the worker's other tasks. */
const SLICE_MS = 30;

function createPause(signal: AbortSignal | undefined): () => Promise<void> {
  let started = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - started < SLICE_MS) return;
    await new Promise<void>((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    started = performance.now();
  };
}

/** Removes weights from the model with their last reader, so that all old and new forms are never in memory together. */
function createReleaser(model: Model): (name: string, node: Node) => void {
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

type Fusion = (pass: Pass, opset: number) => number;

const fuseNorms: Fusion = (pass) => fuseSkipNorm(pass, ranksOf(pass));

const FUSIONS: Record<RewriteRequest['target'], readonly Fusion[]> = {
  wasm: [
    fuseBias,
    fuseGather,
    (pass) => fuseAttention(pass, ranksOf(pass)),
    fuseGelu,
    fuseNorms,
    rewriteGroupQueryAttention,
  ],
  // The runtime itself fuses activations there, but not these.
  webgpu: [fuseBias, fuseGather, fuseNorms],
};

function fuse(graph: Graph, parents: Graph[], fusions: readonly Fusion[], opset: number): number {
  return fusions.reduce((count, fusion) => {
    const pass = startPass(graph, parents);
    const fused = fusion(pass, opset);
    pass.apply();
    return count + fused;
  }, 0);
}

async function rewriteForWasm(model: Model, request: RewriteRequest) {
  const { convolutions: hasConvolutions = hasRelaxedSimd(), floatConvolutions = false, signal } = request;
  const counts = { matMuls: 0, gathers: 0, convolutions: 0, fusions: 0 };
  const opset = model.opsets.get('') ?? 0;
  const release = createReleaser(model);
  const graphs: [Graph, Graph[]][] = [];
  everyGraph(model.graph, (graph, parents) => graphs.push([graph, parents]));
  for (const [graph, parents] of graphs) {
    counts.fusions += fuse(graph, parents, FUSIONS.wasm, opset);
    removeUnused(graph);
    const gathers = startPass(graph, parents);
    counts.gathers += rewriteGathers(gathers);
    gathers.apply();
    const pass = startPass(graph, parents);
    counts.matMuls += await rewriteMatMuls(pass, { release, pause: createPause(signal) });
    pass.apply();
    if (hasConvolutions) {
      const convolutions = startPass(graph, parents);
      counts.convolutions += rewriteConvolutions(convolutions, floatConvolutions);
      convolutions.apply();
    }
    const norms = startPass(graph, parents);
    rewriteNorms(norms);
    norms.apply();
  }
  model.opsets.set(MICROSOFT, 1);
  model.opsets.set(DOMAIN, 1);
  return counts;
}

/**
 * Prepares a model file for a session. On WebGPU norms, biases and 4-bit tables are fused; on WASM quantized matmuls, attention and norms become our own
 * operators, and operators without a kernel become standard ones. Weights become one external file per tensor, so that the runtime
 * copies each of them once.
 *
 * @throws if the file is truncated or not ONNX, if an external file is missing, and on abort
 */
export async function rewriteGraph(request: RewriteRequest): Promise<RewrittenGraph> {
  const { externalData = new Map(), target, customOperators = true } = request;
  const { nextToken = false, keep = [], pool, signal } = request;
  const started = performance.now();
  const model = await decodeModel(request.model, signal);
  await readExternalData(model.graph, externalData, signal);

  const opset = model.opsets.get('') ?? 0;
  if (nextToken) {
    const pass = startPass(model.graph);
    appendNextToken(pass, { keepLogits: keep.includes(LOGITS), parallel: target === 'webgpu', opset });
    pass.apply();
  }
  if (pool && target === 'webgpu') {
    const pass = startPass(model.graph);
    appendPooling(pass, pool);
    pass.apply();
  }
  let counts = { matMuls: 0, gathers: 0, convolutions: 0, fusions: 0 };
  if (target === 'webgpu') {
    everyGraph(model.graph, (graph, parents) => {
      counts.fusions += fuse(graph, parents, FUSIONS.webgpu, opset);
    });
    if (counts.fusions > 0) model.opsets.set(MICROSOFT, 1);
  } else if (await customOperators) {
    counts = await rewriteForWasm(model, request);
  }
  removeUnused(model.graph);

  const encoded = encodeModel(model);
  const bytes = encoded.externalData.reduce((sum, { data }) => sum + data.length, encoded.model.length);
  const milliseconds = performance.now() - started;
  return { ...encoded, signature: signatureOf(model), summary: { ...counts, milliseconds, bytes } };
}
