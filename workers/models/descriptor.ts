/** Parses `tte.json` (docs/model-folders.md); errors name the field. */
import type {
  Architecture,
  FileInfo,
  Golden,
  GoldenTrace,
  ModelDescriptor,
  Pooling,
  SessionFile,
  ThinkPrompt,
} from '../../src/shared/descriptor.ts';
import type { Dtype, Role } from '../../src/shared/types.ts';
import { upgradeDescriptor } from '../storage/legacy.ts';
import { type Field, field } from './field.ts';

export const dtypes = [
  'fp32',
  'fp16',
  'q8',
  'int8',
  'uint8',
  'q4',
  'q4f16',
  'bnb4',
] as const satisfies readonly Dtype[];

const architectures = [
  'text-encoder',
  'dual-encoder',
  'multimodal-encoder',
  'causal-lm',
  'vision-lm',
  'unified-lm',
] as const satisfies readonly Architecture[];
const forms = ['answer', 'full'] as const;
const poolings = ['mean', 'cls', 'last', 'none'] as const satisfies readonly Pooling[];
const roles = ['query', 'document'] as const satisfies readonly Role[];

/** @throws TteError model-invalid, naming the field */
export function parseDescriptor(json: unknown): ModelDescriptor {
  const root = field('tte.json', upgradeDescriptor(json));
  root.object();
  const format = root.get('format');
  if (format.number() !== 1) format.fail('must be 1: this version of think-then-embed reads no other');
  const descriptor: ModelDescriptor = {
    format: 1,
    id: root.get('id').text(),
    revision: root.get('revision').text(),
    kind: root.get('kind').oneOf(['unified', 'reasoner', 'embedder']),
    architecture: root.get('architecture').oneOf(architectures),
    license: root.get('license').text(),
    source: root.get('source').text(),
    sessions: root.get('sessions').record(session),
    files: root.get('files').record(fileInfo),
    text: {
      maxTokens: root.get('text').get('maxTokens').count(),
      ...optional('padToMax', root.get('text').get('padToMax'), (f) => f.boolean()),
    },
    prompts: prompts(root.get('prompts')),
    ...optional('embedding', root.get('embedding'), embedding),
    ...optional('image', root.get('image'), image),
    ...optional('fusion', root.get('fusion'), fusion),
    ...optional('golden', root.get('golden'), (f) => f.list(golden)),
    ...optional('goldenTraces', root.get('goldenTraces'), (f) => f.list(goldenTrace)),
    ...optional('scores', root.get('scores'), (f) => f.record((score) => score.number())),
  };
  checkWhole(root, descriptor);
  return descriptor;
}

/** Checks that involve several fields. */
function checkWhole(root: Field, { kind, sessions, files, embedding, golden }: ModelDescriptor) {
  if (Object.keys(sessions).length === 0) root.get('sessions').fail('must name a session');
  if (kind !== 'reasoner' && !embedding) root.get('embedding').fail(`is needed for kind "${kind}"`);
  for (const [name, byDtype] of Object.entries(sessions)) {
    for (const [dtype, file] of Object.entries(byDtype)) {
      for (const path of [file.path, ...(file.data ?? [])]) {
        if (!files[path])
          root.get('sessions').get(name).get(dtype).fail(`names ${path}, which "files" does not list`);
      }
    }
  }
  for (const [path, { bytes, gzip }] of Object.entries(files)) {
    if (gzip?.base === undefined) continue;
    const base = files[gzip.base];
    if (!base || base.bytes < bytes || base.gzip?.base !== undefined)
      root
        .get('files')
        .get(path)
        .get('gzip')
        .get('base')
        .fail('must be a file that "files" lists, at least as long, and itself no difference');
  }
  for (const [index, { vector }] of (golden ?? []).entries()) {
    if (vector.length === embedding?.dimensions) continue;
    root
      .get('golden')
      .get(String(index))
      .get('vector')
      .fail(`must have embedding.dimensions numbers, not ${vector.length}`);
  }
}

function session(byDtype: Field): Partial<Record<Dtype, SessionFile>> {
  const unknown = Object.keys(byDtype.object()).find((key) => !dtypes.some((dtype) => dtype === key));
  if (unknown) byDtype.get(unknown).fail(`is not a dtype (${dtypes.join(', ')})`);
  return byDtype.record((file) => ({
    path: file.get('path').path(),
    ...optional('data', file.get('data'), (f) => f.list((path) => path.path())),
  }));
}

function fileInfo(info: Field): FileInfo {
  const sha256 = info.get('sha256');
  if (sha256.present && !/^[0-9a-f]{64}$/.test(sha256.text()))
    sha256.fail('must be 64 lower-case hex digits');
  return {
    bytes: info.get('bytes').number(),
    ...optional('sha256', sha256, (f) => f.text()),
    ...optional('gzip', info.get('gzip'), (f) => {
      const packed = fileInfo(f);
      return {
        bytes: packed.bytes,
        sha256: packed.sha256 ?? f.get('sha256').text(),
        ...optional('base', f.get('base'), (base) => base.path()),
      };
    }),
  };
}

function embedding(f: Field): NonNullable<ModelDescriptor['embedding']> {
  return {
    dimensions: f.get('dimensions').count(),
    pooling: f.get('pooling').oneOf(poolings),
    ...optional('matryoshka', f.get('matryoshka'), (m) => m.list((size) => size.count())),
    ...optional('dense', f.get('dense'), (d) => d.list((path) => path.path())),
  };
}

function image(f: Field): NonNullable<ModelDescriptor['image']> {
  return {
    processor: f.get('processor').text(),
    ...optional('thinkProcessor', f.get('thinkProcessor'), (processor) => processor.text()),
    ...optional('token', f.get('token'), (token) => token.text()),
    ...optional('tokens', f.get('tokens'), (tokens) => tokens.count()),
  };
}

function prompts(f: Field): ModelDescriptor['prompts'] {
  return {
    ...optional('embed', f.get('embed'), (embed) => ({
      query: embed.get('query').text(),
      document: embed.get('document').text(),
    })),
    ...optional('think', f.get('think'), (think) => ({
      chat: think.get('chat').boolean(),
      answer: thinkPrompt(think.get('answer')),
      full: thinkPrompt(think.get('full')),
      maxTokens: {
        answer: think.get('maxTokens').get('answer').count(),
        full: think.get('maxTokens').get('full').count(),
      },
      ...optional('auto', think.get('auto'), (auto) => auto.oneOf(forms)),
      ...optional('glossary', think.get('glossary'), (glossary) => glossary.path()),
      ...optional('objects', think.get('objects'), (objects) => objects.path()),
      ...optional('print', think.get('print'), (print) => print.path()),
    })),
  };
}

function thinkPrompt(f: Field): ThinkPrompt {
  return {
    user: f.get('user').text(),
    ...optional('system', f.get('system'), (system) => system.text()),
    ...optional('start', f.get('start'), (start) => start.text()),
  };
}

function fusion(f: Field): NonNullable<ModelDescriptor['fusion']> {
  const weight = <Name extends string>(name: Name) => optional(name, f.get(name), (f) => f.between(0, 1));
  return { ...weight('text'), ...weight('image'), ...weight('trace') };
}

function golden(f: Field): Golden {
  const input = f.get('input');
  return {
    input: {
      ...optional('text', input.get('text'), (text) => text.text()),
      ...optional('image', input.get('image'), (url) => url.text()),
      ...optional('instruction', input.get('instruction'), (instruction) => instruction.text()),
      ...optional('trace', input.get('trace'), (trace) => trace.text()),
      ...optional('role', input.get('role'), (role) => role.oneOf(roles)),
    },
    vector: f.get('vector').list((value) => value.number()),
    minCosine: f.get('minCosine').between(0, 1),
  };
}

function goldenTrace(f: Field): GoldenTrace {
  const input = f.get('input');
  return {
    input: {
      text: input.get('text').text(),
      ...optional('instruction', input.get('instruction'), (instruction) => instruction.text()),
    },
    mode: f.get('mode').oneOf(['answer', 'full']),
    startsWith: f.get('startsWith').text(),
  };
}

function optional<Name extends string, T>(
  name: Name,
  f: Field,
  read: (f: Field) => T,
): { [key in Name]?: T } {
  return f.present ? ({ [name]: read(f) } as { [key in Name]?: T }) : {};
}
