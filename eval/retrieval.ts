/** Text collections in the layout of BEIR, and the one of this repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { corpus } from './text-think/corpus.ts';

export interface Retrieval {
  /** Empty: the only collection. */
  name: string;
  corpus: readonly { id: string; text: string }[];
  /** Those with a relevant document in the corpus. */
  queries: readonly { id: string; text: string }[];
  /** Query → document of the corpus → grade. */
  grades: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Where it comes from, and what was left out of it. */
  note: string;
}

interface Line {
  _id: string | number;
  title?: string | null;
  text?: string | null;
}

/** Texts that are to be rendered as pages: a folder beside `beir`. */
const PAGES = 'pages';

/** @param given a collection, a folder of collections, or a folder with either as `beir`; none: the passages of eval/text-think */
export function collections(given: string | undefined): Retrieval[] {
  const found = given ? collectionsIn([join(resolve(given), 'beir'), resolve(given)]) : [];
  return found.length > 0 ? found : [ownRetrieval()];
}

/** Texts for pages: the `pages` of the first of these folders that has any, else the collections of the first that has some. */
export function pageTexts(folders: readonly string[]): Retrieval[] {
  const apart = collectionsIn(folders.map((folder) => join(folder, PAGES)));
  if (apart.length > 0) return apart;
  const found = collectionsIn(folders.flatMap((folder) => [join(folder, 'beir'), folder]));
  return found.length > 0 ? found : [ownRetrieval()];
}

/** Of the first place that is a collection or holds some. */
function collectionsIn(places: readonly string[]): Retrieval[] {
  for (const place of places) {
    if (isCollection(place)) return [beirIn(place, '')];
    const inside = existsSync(place) ? readdirSync(place).sort() : [];
    const found = inside.filter((name) => name !== PAGES && isCollection(join(place, name)));
    if (found.length > 0) return found.map((name) => beirIn(join(place, name), name));
  }
  return [];
}

const isCollection = (folder: string) => existsSync(join(folder, 'corpus.jsonl'));

function beirIn(folder: string, name: string): Retrieval {
  const read = (file: string) =>
    lines(join(folder, file)).map((line) => {
      const { _id, title, text } = JSON.parse(line) as Line;
      return { id: String(_id), text: [title, text].filter((part) => part?.trim()).join('. ') };
    });
  const [all, asked] = [read('corpus.jsonl'), read('queries.jsonl')];
  const corpus = all.filter(({ text }) => text !== '');
  const there = new Set(corpus.map(({ id }) => id));
  const grades = new Map<string, Map<string, number>>();
  for (const line of lines(qrels(folder))) {
    const [query, document, grade] = line.split('\t') as [string, string, string];
    if (!there.has(document)) continue; // nor is the line of titles, where there is one
    grades.set(query, (grades.get(query) ?? new Map<string, number>()).set(document, Number(grade)));
  }
  const isJudged = ({ id }: { id: string }) =>
    [...(grades.get(id)?.values() ?? [])].some((grade) => grade > 0);
  const queries = asked.filter(({ text }) => text !== '').filter(isJudged);
  const empty = `${all.length - corpus.length} empty passages and ${asked.filter(({ text }) => text === '').length} empty questions`;
  return { name, corpus, queries, grades, note: `retrieval: ${folder}, without ${empty}` };
}

/** The grades of a query's documents, by their places in `corpus`; documents that are not in it are left out. */
export function gradesByPlace(
  corpus: readonly { id: string }[],
  grades: Retrieval['grades'],
): (query: string) => Map<number, number> {
  const place = new Map(corpus.map(({ id }, at) => [id, at]));
  return (query) =>
    new Map(
      [...(grades.get(query) ?? [])].flatMap(([document, grade]) => {
        const at = place.get(document);
        return at === undefined ? [] : [[at, grade] as const];
      }),
    );
}

/** BEIR keeps them in a folder by split. */
function qrels(folder: string): string {
  const split = join(folder, 'qrels', 'test.tsv');
  return existsSync(split) ? split : join(folder, 'qrels.tsv');
}

function ownRetrieval(): Retrieval {
  const asked = corpus.flatMap(({ question }, at) => (question ? [{ id: String(at), text: question }] : []));
  return {
    name: '',
    corpus: corpus.map(({ passage }, at) => ({ id: String(at), text: passage })),
    queries: asked,
    grades: new Map(asked.map(({ id }) => [id, new Map([[id, 1]])])),
    note: 'retrieval: eval/text-think/corpus.ts',
  };
}

const lines = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
