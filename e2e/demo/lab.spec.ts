import { expect, needWeights, test } from '../harness/test.ts';
import { embed, tiny } from './helpers.ts';

test('embeds and compares two texts', { tag: '@webgpu' }, async ({ page, backend }) => {
  await page.goto(tiny('bert-mean'));
  await embed(page, 'a cat on a mat');
  await expect(page.locator('#vector-text')).toContainText('48 dimensions');
  await expect(page.locator('#badge-device')).toHaveText(backend === 'webgpu' ? /^WebGPU/ : /^WASM/);
  await embed(page, 'a cat on a hat');
  await expect(page.locator('#earlier li')).toHaveCount(1);
  await expect(page.locator('#earlier .value')).toHaveText(/^-?\d\.\d{3}$/);
  await embed(page, 'a cat on a mat');
  await expect(page.locator('#earlier .value').first()).toHaveText('1.000');
  await expect(page.locator('#facts')).toContainText('yes, no model ran');
});

test('draws the vector with one column per dimension', async ({ page }) => {
  await page.goto(tiny('bert-mean'));
  await embed(page, 'a cat');
  const strip = await page.locator('#vector').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, 1) ?? { data: [] };
    const colours = new Set<string>();
    for (let i = 0; i < data.length; i += 4) colours.add(data.slice(i, i + 4).join());
    return { width: canvas.width, colours: colours.size };
  });
  expect(strip.width).toBe(48);
  expect(strip.colours).toBeGreaterThan(10);
});

test('a model without a reasoner offers no thinking', async ({ page }) => {
  await page.goto(tiny('bert-mean'));
  await embed(page, 'a cat');
  for (const mode of ['Answer', 'Full']) {
    await expect(page.getByRole('radio', { name: mode })).toBeDisabled();
  }
  await expect(page.locator('#trace')).toHaveText('No trace: the input was embedded as it is.');
});

test('with real models under a sub-path, the trace streams and nothing is sent', async ({ page }) => {
  needWeights('all-MiniLM-L6-v2', 'SmolLM2-135M-Instruct');
  await page.goto('/nested/path/#device');
  await page.getByRole('radio', { name: /SmolLM2/ }).check();
  await page.getByRole('link', { name: 'One vector' }).click();
  await page.evaluate(() => {
    const lengths: number[] = [];
    const trace = document.getElementById('trace') as HTMLElement;
    const record = () => lengths.push(trace.textContent?.length ?? 0);
    new MutationObserver(record).observe(trace, { childList: true, characterData: true, subtree: true });
    Object.assign(window, { lengths });
  });
  await page.getByRole('radio', { name: 'Answer' }).check();
  await embed(page, 'How do plants make food?');
  await expect(page.locator('#trace')).toContainText(/photosynthesis/i);
  await expect(page.locator('#decision')).toContainText('Mode answer');
  await expect(page.locator('#badge-device')).toContainText('separate');
  await expect(page.locator('#badge-dtype')).toHaveText('q4');
  const steps = await page.evaluate(() => (window as unknown as { lengths: number[] }).lengths.length);
  expect(steps, 'updates of the trace').toBeGreaterThan(4);
  await embed(page, 'sunlight, water and carbon dioxide');
  await expect(page.locator('#badge-sent')).toHaveText('bytes sent: 0');
  await page.getByRole('link', { name: 'This device' }).click();
  await expect(page.locator('#storage')).toContainText('SmolLM2-135M-Instruct');
});

test('the counter of sent bytes counts', async ({ page }) => {
  await page.goto(tiny('bert-mean'));
  await embed(page, 'a cat');
  await expect(page.locator('#badge-sent')).toHaveText('bytes sent: 0');
  await page.evaluate(() => fetch('/nowhere', { method: 'POST', body: 'x'.repeat(1000) }));
  await expect(page.locator('#badge-sent')).toHaveText(/bytes sent: 1\d{3} in 1 requests/);
});

test('shows stored data, which can be deleted', async ({ page }) => {
  await page.goto(tiny('bert-mean'));
  await embed(page, 'a cat');
  await page.getByRole('link', { name: 'This device' }).click();
  const kept = page.locator('#storage li');
  await expect(kept.filter({ hasText: 'tiny-bert-mean' })).toHaveCount(1);
  await expect(kept.filter({ hasText: 'Cached vectors' })).toContainText('1 entry');
  await page.getByRole('button', { name: /^Delete tiny-bert-mean/ }).click();
  await expect(kept.filter({ hasText: 'tiny-bert-mean' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Delete everything' }).click();
  await expect(kept.filter({ hasText: 'Cached vectors' })).toContainText('0 entries');
});

test('compares the vectors with and without thinking', async ({ page }) => {
  await page.goto('/#lab');
  await page.getByRole('radio', { name: 'Full' }).check();
  await page.getByLabel('Text', { exact: true }).fill('what kind of thing is a lion ?');
  await page.getByRole('button', { name: 'Compare with and without thinking' }).click();
  await expect(page.locator('#compared')).toContainText(/the similarity of the two is 0\.\d{3}/, {
    timeout: 120_000,
  });
  await expect(page.locator('#trace')).toContainText('lion');
  // Embed again with an edited trace.
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Edit the trace').fill('zebra : mammal, animal');
  await page.getByRole('button', { name: 'Embed with this trace' }).click();
  await expect(page.locator('#trace')).toContainText('zebra');
  await expect(page.locator('.earlier .value')).toHaveText(/^0\.\d{3}$/);
});

test('the built-in model thinks about a picture, and only the page’s own files are requested', async ({
  page,
  server,
}) => {
  const before = server.hits.length;
  await page.goto('/nested/path/#lab');
  await page.locator('#lab-files').setInputFiles('e2e/fixtures/images/landscape.png');
  await page.getByRole('radio', { name: 'Full' }).check();
  await embed(page, 'what is in the picture?');
  await expect(page.locator('#vector-text')).toContainText('384 dimensions');
  await expect(page.locator('#trace')).not.toBeEmpty();
  expect(server.hits.slice(before).filter(({ path }) => path.includes('/hub/'))).toEqual([]);
});
