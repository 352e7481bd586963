/** Generates small files for tests, which need neither storage nor a licence. */
import type { Page } from '@playwright/test';
import type { FixtureFile } from './helpers.ts';

/** A PDF with one line of text per page; an empty line makes a page with a drawing only. */
export function pdf(name: string, lines: readonly string[]): FixtureFile {
  const pages = lines.map((_, at) => 4 + 2 * at);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${pages.map((id) => `${id} 0 R`).join(' ')}] /Count ${lines.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...lines.flatMap((line, at) => {
      const drawing = line ? `BT /F1 18 Tf 40 700 Td (${line}) Tj ET` : '1 0 0 rg 100 300 400 200 re f';
      const page = `/MediaBox [0 0 612 792] /Contents ${5 + 2 * at} 0 R /Resources << /Font << /F1 3 0 R >> >>`;
      return [
        `<< /Type /Page /Parent 2 0 R ${page} >>`,
        `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
      ];
    }),
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, at) => {
    const offset = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const start = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  text += `trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return { name, mimeType: 'application/pdf', buffer: Buffer.from(text, 'latin1') };
}

/** A recording of a canvas that is first red, then blue. Recorded videos lack a duration. */
export async function video(page: Page, name: string, seconds: number): Promise<FixtureFile> {
  const base64 = await page.evaluate(async (seconds) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [160, 120];
    const pen = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: 'video/webm' });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.start();
    const steps = seconds * 10;
    for (let step = 0; step < steps; step++) {
      if (pen)
        pen.fillStyle = step < steps / 2 ? `rgb(${200 + (step % 9)} 0 0)` : `rgb(0 0 ${200 + (step % 9)})`;
      pen?.fillRect(0, 0, 160, 120);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await new Promise((resolve) => {
      recorder.onstop = resolve;
      recorder.stop();
    });
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  }, seconds);
  return { name, mimeType: 'video/webm', buffer: Buffer.from(base64, 'base64') };
}
