/** Reads Markdown by converting it to HTML, with the front matter's title, and anchors as made by GitHub and most site generators. */
import { marked } from 'marked';
import type { Document } from './document.ts';
import { readHtml } from './html.ts';

const FRONT_MATTER = /^---\r?\n([\s\S]*?)\r?\n---\r?\n/;

export function readMarkdown(markdown: string): Document {
  const [matter = '', fields = ''] = FRONT_MATTER.exec(markdown) ?? [];
  const { title, sections } = readHtml(marked.parse(markdown.slice(matter.length), { async: false }));
  const named = /^title:\s*(?:"(.*)"|'(.*)'|(.*\S))\s*$/m.exec(fields);
  const met = new Map<string, number>();
  return {
    title: named?.[1] ?? named?.[2] ?? named?.[3] ?? title,
    sections: sections.map((section) => {
      const heading = section.headings.at(-1);
      if (heading === undefined) return section;
      const slug = slugOf(heading);
      const before = met.get(slug) ?? 0;
      met.set(slug, before + 1);
      return { ...section, anchor: before === 0 ? slug : `${slug}-${before}` };
    }),
  };
}

function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}
