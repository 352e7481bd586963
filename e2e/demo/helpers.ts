import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page } from '@playwright/test';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A file for `setInputFiles`. */
export interface FixtureFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

export function textFile(name: string, text: string): FixtureFile {
  return { name, mimeType: 'text/plain', buffer: Buffer.from(text) };
}

export const BEES = textFile('bees.txt', 'Bees live in a hive and make honey.');
export const RENT = textFile('rent.txt', 'The landlord may raise the rent once a year.');
export const WHALES = textFile('whales.txt', 'Whales are mammals that live in the sea and breathe air.');

/** URL of the view for one vector with a tiny model of e2e/fixtures/models; `origin`: path of a faulty origin. */
export function tiny(name: string, origin = ''): string {
  return `/?embedder=${origin}/models/tiny-${name}/#lab`;
}

/** Embeds a text and waits for the result. */
export async function embed(page: Page, text: string): Promise<void> {
  await page.getByLabel('Text', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Embed', exact: true }).click();
  await expect(page.locator('#embed')).toBeEnabled({ timeout: 120_000 });
  await expect(page.locator('#status')).toHaveText('Done.');
}

/** Adds files with the button and waits until all are added. */
export async function add(page: Page, files: readonly FixtureFile[]): Promise<void> {
  await page.locator('#files').setInputFiles([...files]);
  await expect(page.locator('.adding')).toBeVisible();
  await added(page);
}

export async function added(page: Page): Promise<void> {
  await expect(page.locator('.adding')).toHaveCount(0, { timeout: 120_000 });
}

/** Enters a query and waits until the search has ended. */
export async function ask(page: Page, words: string): Promise<void> {
  await page.locator('#query').fill(words);
  await settled(page);
}

export async function settled(page: Page): Promise<void> {
  await expect(page.locator('#search-status')).toContainText('Done.', { timeout: 60_000 });
}

/** Names of the hits on the page, best first. */
export function hits(page: Page): Promise<string[]> {
  return page.locator('.hits .name').allTextContents();
}

/** Drops files on an element, or pastes them into it, by dispatching events. */
export async function dropOrPaste(
  page: Page,
  way: 'drop' | 'paste',
  selector: string,
  files: readonly FixtureFile[],
): Promise<void> {
  const content = files.map(
    ({ name, mimeType, buffer }) => [name, mimeType, buffer.toString('base64')] as const,
  );
  await page.locator(selector).evaluate(
    (target, [way, content]) => {
      const data = new DataTransfer();
      for (const [name, type, base64] of content) {
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        data.items.add(new File([bytes], name, { type }));
      }
      const init = { bubbles: true, cancelable: true };
      if (way === 'paste') {
        target.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: data }));
        return;
      }
      for (const event of ['dragenter', 'dragover', 'drop']) {
        target.dispatchEvent(new DragEvent(event, { ...init, dataTransfer: data }));
      }
    },
    [way, content] as const,
  );
}

/** Violations reported by axe, one line each. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  });
}

interface Violation {
  id: string;
  nodes: { html: string }[];
}
