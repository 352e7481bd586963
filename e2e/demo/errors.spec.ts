import { expect, test } from '../harness/test.ts';
import { embed, tiny } from './helpers.ts';

test('a download can be stopped and started again', async ({ page, server }) => {
  const origin = server.fault([{ match: '.onnx', kind: 'stall', at: 1000, times: 1 }]);
  await page.goto(tiny('bert-mean', origin.path));
  await page.getByLabel('Text', { exact: true }).fill('a cat');
  await page.getByRole('button', { name: 'Embed', exact: true }).click();
  await expect
    .poll(() => origin.hits.some(({ path, bytes }) => path.endsWith('.onnx') && bytes === 1000))
    .toBe(true);
  await page.locator('#input').getByRole('button', { name: 'Stop' }).click();
  await expect(page.locator('#status')).toHaveText('Stopped.');
  await expect(page.locator('#messages li')).toHaveCount(0);
  await embed(page, 'a cat');
});

test('progress is shown in bytes and never decreases', async ({ page, server }) => {
  const origin = server.fault([{ match: '.onnx', kind: 'slow', bytesPerSecond: 300_000 }]);
  await page.goto(tiny('bert-mean', origin.path));
  await page.evaluate(() => {
    const values: number[] = [];
    const record = () => {
      const bar = document.getElementById('progress-bar');
      if (bar instanceof HTMLProgressElement && bar.position >= 0) values.push(bar.value);
    };
    const all = { attributes: true, childList: true, subtree: true };
    new MutationObserver(record).observe(document.body, all);
    Object.assign(window, { values });
  });
  const text = page.locator('#progress-text');
  const done = embed(page, 'a cat');
  await expect(text).toContainText(/download: 0\.\d MB of 0\.\d MB/);
  await done;
  const values = await page.evaluate(() => (window as unknown as { values: number[] }).values);
  expect(values.length).toBeGreaterThan(3);
  expect(values).toEqual([...values].sort((a, b) => a - b));
});

test('reports a model that does not exist', async ({ page }) => {
  await page.goto('/?embedder=/models/none/#lab');
  await page.getByLabel('Text', { exact: true }).fill('a cat');
  await page.getByRole('button', { name: 'Embed', exact: true }).click();
  await expect(page.locator('#messages li')).toContainText('(model-not-found)');
  await expect(page.locator('#embed')).toBeEnabled();
});

test('refuses an empty input with a message', async ({ page }) => {
  await page.goto(tiny('bert-mean'));
  await page.getByRole('button', { name: 'Embed', exact: true }).click();
  await expect(page.locator('#messages li')).toContainText('(invalid-input)');
});
