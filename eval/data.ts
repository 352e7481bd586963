/** The evaluation data: from `--data DIR`, with defaults for anything that is missing there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '../scripts/paths.ts';
import { type ArtSet, artFolder, iconSet, TRAINED, UNSEEN } from './art.ts';
import { collections, pageTexts, type Retrieval } from './retrieval.ts';

export interface Photo {
  wnid: string;
  /** URL on the evaluation server. */
  url: string;
}

/** An ordinary photograph, what people said of it, and the things they drew boxes around. */
export interface Captioned {
  url: string;
  captions: readonly string[];
  things: readonly BoxedThing[];
  /** Boxes around many of a kind, which are not counted one by one (COCO's `iscrowd`): how many there are is not known. */
  crowds: readonly BoxedThing[];
}

export interface BoxedThing {
  name: string;
  /** Its category's kind (COCO's `supercategory`); empty if the data gives none. */
  kind: string;
  /** In shares of the picture; without an extent if the data does not give it. */
  box: { x: number; y: number; width: number; height: number };
}

export interface Sentences {
  score: number;
  a: string;
  b: string;
}

export interface Data {
  art: { trained: readonly ArtSet[]; unseen: readonly ArtSet[] };
  photos: readonly Photo[];
  captioned: readonly Captioned[];
  sentences: readonly Sentences[];
  retrieval: readonly Retrieval[];
  /** Texts that are rendered as pages. */
  pages: readonly Retrieval[];
  /** URL path → folder, for the server. */
  folders: Readonly<Record<string, string>>;
  /** Says which data is missing, and where the rest comes from. */
  notes: readonly string[];
}

const PHOTOS = '/data/photos/';
const CAPTIONED = '/data/captioned/';

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
  const captioned = find('captioned photographs', 'captioned');
  const sts = find('sentences', 'sts.tsv', 'stsb-dev.tsv');
  const own = given ? artFolder(join(resolve(given), 'art')) : null;
  const retrieval = collections(given);
  const pages = pageTexts(folders);
  notes.push(`unseen art: ${own ? 'the given folder' : UNSEEN}`, ...retrieval.map(({ note }) => note));
  notes.push(...pages.map(({ note }) => note.replace('retrieval', 'pages')));
  return {
    art: { trained: TRAINED.map(iconSet), unseen: [own ?? iconSet(UNSEEN)] },
    photos: photos ? photosIn(photos) : [],
    captioned: captioned ? captionedIn(captioned) : [],
    sentences: sts ? sentencesIn(sts) : [],
    retrieval,
    pages,
    folders: { ...(photos && { [PHOTOS]: photos }), ...(captioned && { [CAPTIONED]: captioned }) },
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

interface CocoCaptions {
  images: readonly CocoImage[];
  annotations: readonly { image_id: number; caption: string }[];
}
interface CocoInstances {
  images?: readonly CocoImage[];
  categories: readonly { id: number; name: string; supercategory?: string }[];
  annotations: readonly {
    image_id: number;
    category_id: number;
    bbox?: readonly [x: number, y: number, width: number, height: number];
    iscrowd?: number;
  }[];
}
interface CocoImage {
  id: number;
  file_name: string;
  width?: number;
  height?: number;
}

/** COCO's format; `instances.json` may be missing. Captions without a word are left out. */
export function captionedIn(folder: string): Captioned[] {
  const json = <T>(file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;
  const { images, annotations } = json<CocoCaptions>('captions.json');
  const instances = existsSync(join(folder, 'instances.json'))
    ? json<CocoInstances>('instances.json')
    : { categories: [], annotations: [] };
  const categories = new Map(instances.categories.map((category) => [category.id, category]));
  const sizes = new Map([...images, ...(instances.images ?? [])].map((image) => [image.id, image]));
  const captions = byImage(annotations);
  const boxes = byImage(instances.annotations);
  return images
    .filter(({ file_name }) => existsSync(join(folder, file_name)))
    .sort((a, b) => a.id - b.id)
    .map(({ id, file_name }) => {
      const { width = 1, height = 1 } = sizes.get(id) ?? {};
      const boxed = (ofCrowds: boolean) =>
        (boxes.get(id) ?? []).flatMap(({ category_id, bbox, iscrowd }): BoxedThing[] => {
          const category = categories.get(category_id);
          if (!category || Boolean(iscrowd) !== ofCrowds) return [];
          const [x, y, w, h] = bbox ?? [0, 0, 0, 0];
          const box = { x: x / width, y: y / height, width: w / width, height: h / height };
          return [{ name: category.name, kind: category.supercategory ?? '', box }];
        });
      return {
        url: CAPTIONED + encodeURIComponent(file_name),
        captions: (captions.get(id) ?? []).map(({ caption }) => caption.trim()).filter(hasWords),
        things: boxed(false),
        crowds: boxed(true),
      };
    });
}

function byImage<T extends { image_id: number }>(annotations: readonly T[]): Map<number, T[]> {
  const grouped = new Map<number, T[]>();
  for (const annotation of annotations) {
    grouped.set(annotation.image_id, [...(grouped.get(annotation.image_id) ?? []), annotation]);
  }
  return grouped;
}

/** What is empty cannot be embedded, and is left out. */
const hasWords = (text: string) => text.trim() !== '';

function sentencesIn(file: string): Sentences[] {
  return lines(file).flatMap((line) => {
    const [, , , , score, a, b] = line.split('\t');
    return score !== undefined && a?.trim() && b?.trim() ? [{ score: Number(score), a, b }] : [];
  });
}

function lines(file: string): string[] {
  return readFileSync(file, 'utf8').split(/\r?\n/).filter(Boolean);
}
