import { readFileSync } from 'node:fs';
import { expect, test } from '../harness/test.ts';
import { embed, tiny } from './helpers.ts';

const LANDSCAPE = 'e2e/fixtures/images/landscape.png';

test('pictures can be chosen, removed, embedded, and compared', { tag: '@webgpu' }, async ({ page }) => {
  await page.goto(tiny('clip'));
  await page.locator('#lab-files').setInputFiles([LANDSCAPE, 'e2e/fixtures/images/portrait.png', LANDSCAPE]);
  await expect(page.locator('#thumbnails img')).toHaveCount(3);
  await page.getByRole('button', { name: 'Remove portrait.png' }).click();
  await expect(page.locator('#thumbnails img')).toHaveCount(2);
  await embed(page, '');
  // The same picture twice.
  await expect(page.locator('#earlier .value')).toHaveText(['1.000']);
  await expect(page.locator('#earlier img')).toHaveCount(1);
});

for (const way of ['drop', 'paste'] as const) {
  test(`accepts a picture by ${way}`, async ({ page }) => {
    await page.goto(tiny('clip'));
    const bytes = readFileSync(LANDSCAPE).toString('base64');
    await page.evaluate(
      ([way, bytes]) => {
        const data = new DataTransfer();
        const content = Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0));
        data.items.add(new File([content], 'given.png', { type: 'image/png' }));
        data.items.add(new File(['not a picture'], 'given.txt', { type: 'text/plain' }));
        const init = { bubbles: true, cancelable: true };
        const event =
          way === 'drop'
            ? new DragEvent('drop', { ...init, dataTransfer: data })
            : new ClipboardEvent('paste', { ...init, clipboardData: data });
        document.getElementById('drop')?.dispatchEvent(event);
      },
      [way, bytes] as const,
    );
    await expect(page.locator('#thumbnails img')).toHaveCount(1);
    await expect(page.getByAltText('given.png')).toBeVisible();
  });
}

test('refuses a picture for a text-only model with a message', async ({ page }) => {
  await page.goto(tiny('bert-mean'));
  await page.locator('#lab-files').setInputFiles(LANDSCAPE);
  await page.getByRole('button', { name: 'Embed', exact: true }).click();
  await expect(page.locator('#messages')).toContainText(/\((unsupported|invalid-input)\)/);
  await expect(page.locator('#text-only')).toBeVisible();
});
