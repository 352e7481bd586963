/** The evaluation data: from `--data DIR`, with defaults for whatever it lacks. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '../scripts/paths.ts';
import { type ArtSet, artFolder, iconSet, TRAINED, UNSEEN } from './art.ts';
import { collections, type Retrieval } from './retrieval.ts';

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

export interface Data {
  art: { trained: readonly ArtSet[]; unseen: readonly ArtSet[] };
  photos: readonly Photo[];
  sentences: readonly Sentences[];
  retrieval: readonly Retrieval[];
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
  const retrieval = collections(given);
  notes.push(`unseen art: ${own ? 'the given folder' : UNSEEN}`, ...retrieval.map(({ note }) => note));
  return {
    art: { trained: TRAINED.map(iconSet), unseen: [own ?? iconSet(UNSEEN)] },
    photos: photos ? photosIn(photos) : [],
    sentences: sts ? sentencesIn(sts) : [],
    retrieval,
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
    return score !== undefined && a?.trim() && b?.trim() ? [{ score: Number(score), a, b }] : [];
  });
}

function lines(file: string): string[] {
  return readFileSync(file, 'utf8').split(/\r?\n/).filter(Boolean);
}
