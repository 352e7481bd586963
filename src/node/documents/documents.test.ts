import { expect, test } from 'vitest';
import { readHtml } from './html.ts';
import { readMarkdown } from './markdown.ts';
import { readPdf } from './pdf.ts';

const section = (headings: string[], anchor: string | null, ...paragraphs: string[]) => ({
  headings,
  anchor,
  paragraphs,
});

test('reads the title of a page, its headings with anchors, and the paragraphs under them', () => {
  expect(
    readHtml(`<!doctype html><html><head><title> Bees &amp; hives </title><style>p{}</style></head><body>
      <nav><a href="/">Home</a></nav>
      <h1 id="top">Bees</h1><p>They <b>fly</b>,
        and   dance.<br>A new line.</p>
      <h2><a id="hive"></a>Hives</h2><ul><li>wax<li>honey</ul><pre>a
  b</pre>
      <h3>Queens</h3><img src=x alt="a queen bee">
      <h2 id="end">End</h2><p hidden>secret</p><div aria-hidden="true">x</div><p data-tte-ignore>y</p>z
      <script>const p = '<p>no</p>';</script><footer>imprint</footer></body></html>`),
  ).toEqual({
    title: 'Bees & hives',
    sections: [
      section(['Bees'], 'top', 'They fly, and dance.', 'A new line.'),
      section(['Bees', 'Hives'], 'hive', 'wax', 'honey', 'a\n  b'),
      section(['Bees', 'Hives', 'Queens'], null, 'a queen bee'),
      section(['Bees', 'End'], 'end', 'z'),
    ],
  });
});

test('reads only the main text of a page that marks it', () => {
  const page = (mark: string) => `<div>menu</div><${mark}><h1>A</h1><p>text</p></${mark}><div>related</div>`;
  for (const mark of ['main', 'article', 'div role="main"']) {
    const { sections } = readHtml(page(mark).replaceAll('</div role="main">', '</div>'));
    expect(sections).toEqual([section(['A'], null, 'text')]);
  }
  expect(readHtml(page('div')).sections.flatMap(({ paragraphs }) => paragraphs)).toEqual([
    'menu',
    'text',
    'related',
  ]);
});

test.each([
  ['nothing', ''],
  ['no tags', 'just words'],
  ['unclosed tags', '<p><b><div>just words'],
  ['stray ends', '</p></div></main>just words'],
])('%s is read, too', (_, html) => {
  const paragraphs = readHtml(html).sections.flatMap((one) => one.paragraphs);
  expect(paragraphs).toEqual(html === '' ? [] : ['just words']);
});

test('Markdown: front matter, anchors as on GitHub, code and tables', () => {
  expect(
    readMarkdown(
      '---\ntitle: "A guide: bees"\ndraft: false\n---\n# Bees\n\nText *with* `code`.\n\n## What’s new?\n\n- a\n- b\n\n## What’s new?\n\n```js\nlet x;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n',
    ),
  ).toEqual({
    title: 'A guide: bees',
    sections: [
      section(['Bees'], 'bees', 'Text with code.'),
      section(['Bees', 'What’s new?'], 'whats-new', 'a', 'b'),
      section(['Bees', 'What’s new?'], 'whats-new-1', 'let x;', 'a | b', '1 | 2'),
    ],
  });
  expect(readMarkdown('plain').title).toBeNull();
  expect(readMarkdown('# Only a heading').title).toBe('Only a heading');
});

/** A minimal PDF with lines of 12 points at the given distances from the bottom. */
function pdf(pages: readonly (readonly (readonly [y: number, text: string])[])[]): Uint8Array {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${pages.map((_, i) => `${4 + 2 * i} 0 R`).join(' ')}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  for (const [i, lines] of pages.entries()) {
    const content = lines.map(([y, text]) => `BT /F1 12 Tf 50 ${y} Td (${text}) Tj ET`).join('\n');
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents ${5 + 2 * i} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  }
  let file = '%PDF-1.4\n';
  const places = objects.map((object, i) => {
    const place = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}`;
  const end = `trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF`;
  return new TextEncoder().encode(file + table + end);
}

test('reads the pages of a PDF, splits paragraphs at gaps between lines, and joins hyphenated words', async () => {
  const found = await readPdf(
    pdf([
      [
        [700, 'Bees live in'],
        [686, 'hives of wax and hon-'],
        [672, 'ey.'],
        [600, 'Another paragraph.'],
      ],
      [[700, 'Second page.']],
    ]),
  );
  expect(found).toEqual({
    title: null,
    sections: [
      section([], 'page=1', 'Bees live in hives of wax and honey.', 'Another paragraph.'),
      section([], 'page=2', 'Second page.'),
    ],
  });
});

test('refuses a file that is not a PDF with a message', async () => {
  await expect(readPdf(new TextEncoder().encode('hello'))).rejects.toMatchObject({ code: 'invalid-input' });
});
