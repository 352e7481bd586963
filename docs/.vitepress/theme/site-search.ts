/** Searches this site with this package: by words at once, by meaning as well as soon as the model is there. */
import type { LoadProgress, SearchHit, VectorIndex } from 'think-then-embed';

const NAME = 'think-then-embed-docs';
/** Passages; several of one section are shown once. */
const TOP_K = 20;
const SHOWN = 8;

export interface Found {
  url: string;
  title: string;
  heading: string;
  excerpt: string;
}

export interface SiteSearch {
  /** @throws what `index.search` throws */
  find(text: string, signal: AbortSignal): Promise<Found[]>;
}

/** @param onModel says how far the model is: to be shown, and a reason to search again; empty when it is there */
export async function openSite(from: string, onModel: (status: string) => void): Promise<SiteSearch> {
  const { createEmbedder, openIndex } = await import('think-then-embed');
  let index: VectorIndex = await openIndex(NAME, { from });

  async function addModel(): Promise<void> {
    const percent = ({ loaded, total }: LoadProgress) => Math.round((100 * loaded) / (total || 1));
    const embedder = await createEmbedder({
      onProgress: (progress) => onModel(`By words; the model is loading (${percent(progress)} %)`),
    });
    const full = await embedder.openIndex(NAME, { from });
    const byWords = index;
    index = full;
    onModel('');
    await byWords.close();
  }

  addModel().catch((error: Error) => onModel(`By words only: ${error.message}`));
  return {
    async find(text, signal) {
      const { hits } = await index.search({ text }, { topK: TOP_K, where: { type: 'html' }, signal });
      const found = hits.map(shown);
      return found.filter(({ url }, i) => found.findIndex((one) => one.url === url) === i).slice(0, SHOWN);
    },
  };
}

function shown({ text, metadata }: SearchHit): Found {
  const { url, title, heading = '' } = metadata as Record<string, string>;
  const page = String(title).replace(/ \| think-then-embed$/, '');
  const headings = heading.replaceAll('\u200b', '').split(' › ');
  const passage = (text ?? '').replaceAll('\u200b', '');
  const last = headings.at(-1) ?? ''; // a passage begins with its heading
  return {
    url: String(url).replace(/(index)?\.html(?=#|$)/, ''),
    title: page,
    heading: headings.filter((part) => part.trim() !== page).join(' › '),
    excerpt: (passage.startsWith(last) ? passage.slice(last.length) : passage).trim().slice(0, 160),
  };
}
