/** Extracts the readable text of a web page by headings, without navigation, scripts and forms. */
import { Parser } from 'htmlparser2';
import type { Section } from '../../../workers/text/passages.ts';
import type { Document } from './document.ts';

/** Elements whose text is not indexed. */
const SKIPPED = new Set(
  'script style noscript template head nav header footer aside form button select textarea iframe svg math object canvas dialog'.split(
    ' ',
  ),
);
/** Elements after which a new paragraph begins. */
const BLOCKS = new Set(
  'address article blockquote body br caption dd details dialog div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 hr li main ol p pre section summary table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
const CELL = new Set(['td', 'th']);
const HEADING = /^h([1-6])$/;

interface Element {
  name: string;
  isSkipped: boolean;
  /** `<main>`, or `<article>` where there is none. */
  isMain: boolean;
  isArticle: boolean;
}

/** A section and where it was found. If a page marks its main text, only that is indexed. */
interface Found extends Section {
  inMain: boolean;
  inArticle: boolean;
  headings: string[];
  paragraphs: string[];
}

/** `data-tte-ignore` on an element leaves it out. */
export function readHtml(html: string): Document {
  const sections: Found[] = [];
  const stack: Element[] = [];
  let levels: { level: number; text: string }[] = [];
  let section: Found | undefined;
  let paragraph = '';
  let heading: { level: number; text: string; anchor: string | null } | null = null;
  let title: string | null = null;
  /** The last `id` or `name` before a heading, which may be what links go to. */
  let lastAnchor: string | null = null;

  const inside = (test: (element: Element) => boolean) => stack.some(test);

  function endParagraph(): void {
    const text = stack.some(({ name }) => name === 'pre') ? paragraph.trim() : collapse(paragraph);
    paragraph = '';
    if (text === '') return;
    const [inMain, inArticle] = [inside(({ isMain }) => isMain), inside(({ isArticle }) => isArticle)];
    if (section === undefined || section.inMain !== inMain || section.inArticle !== inArticle) {
      section = begin(section?.anchor ?? null, inMain, inArticle);
    }
    section.paragraphs.push(text);
  }

  function begin(anchor: string | null, inMain: boolean, inArticle: boolean): Found {
    const found = { headings: levels.map(({ text }) => text), anchor, paragraphs: [], inMain, inArticle };
    sections.push(found);
    return found;
  }

  function endHeading(): void {
    if (heading === null) return;
    const { level, anchor } = heading;
    const text = collapse(heading.text);
    heading = null;
    if (text === '') return;
    levels = [...levels.filter((other) => other.level < level), { level, text }];
    section = begin(
      anchor,
      inside(({ isMain }) => isMain),
      inside(({ isArticle }) => isArticle),
    );
  }

  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const anchor = attributes.id || (name === 'a' ? attributes.name : undefined);
        const isSkipped =
          (SKIPPED.has(name) && name !== 'head') ||
          'hidden' in attributes ||
          'data-tte-ignore' in attributes ||
          attributes['aria-hidden'] === 'true' ||
          attributes.role === 'navigation';
        const level = Number(HEADING.exec(name)?.[1] ?? 0);
        if (BLOCKS.has(name)) endParagraph();
        if (level > 0 && !inside((element) => element.isSkipped) && !isSkipped) {
          heading = { level, text: '', anchor: attributes.id ?? lastAnchor };
        } else if (heading && anchor && heading.anchor === null) heading.anchor = anchor;
        lastAnchor = anchor ?? (BLOCKS.has(name) && name !== 'div' && name !== 'section' ? null : lastAnchor);
        stack.push({
          name,
          isSkipped,
          isMain: name === 'main' || attributes.role === 'main',
          isArticle: name === 'article',
        });
        if (CELL.has(name) && paragraph.trim() !== '') add(' | ');
        if (name === 'img' && attributes.alt) add(` ${attributes.alt} `);
      },
      ontext: (text) => add(text),
      onclosetag(name) {
        if (BLOCKS.has(name)) endParagraph();
        if (HEADING.test(name)) endHeading();
        if (name === 'title' && title !== null) title = collapse(title) || null;
        stack.pop();
      },
    },
    { lowerCaseTags: true, decodeEntities: true },
  );

  function add(text: string): void {
    const name = stack.at(-1)?.name;
    if (name === 'title' && stack.at(-2)?.name !== 'svg') title = (title ?? '') + text;
    else if (inside(({ isSkipped, name }) => isSkipped || name === 'head')) return;
    else if (heading) heading.text += text;
    else paragraph += text;
  }

  parser.end(html);
  endParagraph();
  const main = sections.some(({ inMain }) => inMain)
    ? sections.filter(({ inMain }) => inMain)
    : sections.some(({ inArticle }) => inArticle)
      ? sections.filter(({ inArticle }) => inArticle)
      : sections;
  return {
    title: title ?? levelOne(sections),
    sections: main.map(({ headings, anchor, paragraphs }) => ({ headings, anchor, paragraphs })),
  };
}

function levelOne(sections: readonly Found[]): string | null {
  return sections.find(({ headings }) => headings.length > 0)?.headings[0] ?? null;
}

function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
