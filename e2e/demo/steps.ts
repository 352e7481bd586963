import { expect, type Page } from '@playwright/test';

/** The view for one vector, with a tiny model of e2e/fixtures/models; `origin`: path of a faulty origin. */
export function tiny(name: string, origin = ''): string {
  return `/?embedder=${origin}/models/tiny-${name}/#lab`;
}

/** Embeds what is given and waits until it is done. */
export async function embed(page: Page, text: string): Promise<void> {
  await page.getByLabel('Text', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Embed', exact: true }).click();
  await expect(page.locator('#embed')).toBeEnabled({ timeout: 120_000 });
  await expect(page.locator('#status')).toHaveText('Done.');
}
