/** The evaluation data: from `--data DIR`, with defaults for whatever it lacks. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '../scripts/paths.ts';
import { type ArtSet, artFolder, iconSet, TRAINED, UNSEEN } from './art.ts';
import { corpus } from './text-think/corpus.ts';

export interface Photo {
  wnid: string;
  /** URL on the evaluation server. */
  url: string;
}

export interface Sentences {
  score: number;
  a: string;
  b: string;
}

export interface Retrieval {
  corpus: readonly { id: string; text: string }[];
  queries: readonly { id: string; text: string }[];
  /** Query → document → grade. */
  grades: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export interface Data {
  art: { trained: readonly ArtSet[]; unseen: readonly ArtSet[] };
  photos: readonly Photo[];
  sentences: readonly Sentences[];
  retrieval: Retrieval;
  /** URL path → folder, for the server. */
  folders: Readonly<Record<string, string>>;
  /** Says which data is missing, and where the rest comes from. */
  notes: readonly string[];
}

const PHOTOS = '/data/photos/';

/** @param given folder passed as `--data` */
export function findData(given: string | undefined): Data {
  const folders = [...(given ? [resolve(given)] : []), resolve(root, '../shared/data')];
  const notes: string[] = [];
  const find = (what: string, ...names: string[]): string | null => {
    const found =
      folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync) ?? null;
    notes.push(`${what}: ${found ?? 'none, their rows are left out'}`);
    return found;
  };
  const photos = find('photographs', 'photos');
  const sts = find('sentences', 'sts.tsv', 'stsb-dev.tsv');
  const own = given ? artFolder(join(resolve(given), 'art')) : null;
  const beir = given && existsSync(join(given, 'beir')) ? join(given, 'beir') : null;
  notes.push(
    `unseen art: ${own ? 'the given folder' : UNSEEN}`,
    `retrieval: ${beir ?? 'eval/text-think/corpus.ts'}`,
  );
  return {
    art: { trained: TRAINED.map(iconSet), unseen: [own ?? iconSet(UNSEEN)] },
    photos: photos ? photosIn(photos) : [],
    sentences: sts ? sentencesIn(sts) : [],
    retrieval: beir ? beirIn(beir) : ownRetrieval(),
    folders: photos ? { [PHOTOS]: photos } : {},
    notes,
  };
}

function photosIn(folder: string): Photo[] {
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const [, wnid] = /^(n\d+)_.*\.jpe?g$/i.exec(file) ?? [];
      return wnid ? [{ wnid, url: PHOTOS + encodeURIComponent(file) }] : [];
    });
}

function sentencesIn(file: string): Sentences[] {
  return lines(file).flatMap((line) => {
    const [, , , , score, a, b] = line.split('\t');
    return score !== undefined && a !== undefined && b !== undefined ? [{ score: Number(score), a, b }] : [];
  });
}

function beirIn(folder: string): Retrieval {
  const json = (file: string) =>
    lines(join(folder, file)).map(
      (line) => JSON.parse(line) as { _id: string; title?: string; text: string },
    );
  const grades = new Map<string, Map<string, number>>();
  for (const line of lines(join(folder, 'qrels.tsv')).slice(1)) {
    const [query, document, grade] = line.split('\t') as [string, string, string];
    grades.set(query, (grades.get(query) ?? new Map<string, number>()).set(document, Number(grade)));
  }
  return {
    corpus: json('corpus.jsonl').map(({ _id, title, text }) => ({
      id: _id,
      text: title ? `${title}. ${text}` : text,
    })),
    queries: json('queries.jsonl')
      .map(({ _id, text }) => ({ id: _id, text }))
      .filter(({ id }) => [...(grades.get(id)?.values() ?? [])].some((grade) => grade > 0)),
    grades,
  };
}

function ownRetrieval(): Retrieval {
  const asked = corpus.flatMap(({ question }, at) => (question ? [{ id: String(at), text: question }] : []));
  return {
    corpus: corpus.map(({ passage }, at) => ({ id: String(at), text: passage })),
    queries: asked,
    grades: new Map(asked.map(({ id }) => [id, new Map([[id, 1]])])),
  };
}

function lines(file: string): string[] {
  return readFileSync(file, 'utf8').split(/\r?\n/).filter(Boolean);
}
