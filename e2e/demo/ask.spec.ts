import { expect, test } from '../harness/test.ts';

test('a question about a scene gives a trace, the nearest labels and the right part of the picture', async ({
  page,
}) => {
  test.setTimeout(200_000);
  await page.goto('/#ask');
  await page.getByRole('button', { name: 'Band practice' }).click();
  await page.getByRole('button', { name: 'What is below the guitar?' }).click();
  const labels = page.locator('.labels li');
  await expect(labels).toHaveCount(6, { timeout: 150_000 });
  await expect(page.locator('#trace')).toContainText('trumpet');
  await expect(labels.first().locator('.name')).toHaveText('trumpet');
  await expect(labels.first().locator('.value')).toHaveText(/^0\.\d\d$/);
  const scores = (await labels.locator('.value').allTextContents()).map(Number);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  const crops = page.locator('.crops li');
  await expect(crops).toHaveCount(5, { timeout: 60_000 });
  const alike = (await crops.locator('.value').allTextContents()).map(Number);
  expect(alike).toEqual(alike.toSorted((a, b) => b - a));
  await expect(crops.first()).toContainText('bottom left');

  // The user's own labels.
  await page.locator('summary', { hasText: 'Labels' }).click();
  await page
    .getByRole('textbox', { name: 'Labels, separated by commas' })
    .fill('banana, cherries, pineapple');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await expect(labels).toHaveCount(3, { timeout: 60_000 });
  expect((await labels.locator('.name').allTextContents()).toSorted()).toEqual([
    'banana',
    'cherries',
    'pineapple',
  ]);

  // What is found in a photograph is drawn on it, and said.
  await page.getByRole('button', { name: 'At the camera' }).click();
  await page.locator('#question').fill('What is in the picture?');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await expect(page.locator('.boxed figcaption')).toContainText(/person \d+ %/, { timeout: 60_000 });
  const frame = await page.locator('.boxed .frame').boundingBox();
  const box = await page.locator('.boxed .object').boundingBox();
  // By the detector: left 1 %, top 13 %, width 63 %, height 87 % of the picture.
  expect((box?.width ?? 0) / (frame?.width ?? 1)).toBeCloseTo(0.63, 1);
  expect(((box?.y ?? 0) - (frame?.y ?? 0)) / (frame?.height ?? 1)).toBeCloseTo(0.13, 1);
});

test('photographs and pages of the samples are asked about: whose they are, what is counted, what is written', async ({
  page,
}) => {
  test.setTimeout(300_000);
  await page.goto('/#ask');
  await page.getByRole('button', { name: 'Red armchairs' }).click();
  await expect(page.getByText('the JPEG XL Project Authors (BSD-3-Clause)')).toBeVisible();
  await page.getByRole('button', { name: 'How many chairs are there?' }).click();
  await expect(page.locator('#trace')).toContainText('chair : three chair', { timeout: 200_000 });
  await expect(page.locator('.boxed .object', { hasText: 'chair' })).toHaveCount(3, { timeout: 60_000 });

  await page.getByRole('button', { name: 'Receipt of a café' }).click();
  await page.getByRole('button', { name: 'What is written here?' }).click();
  const told = page.locator('.boxed figcaption', { hasText: 'Read in the picture' });
  await expect(told).toContainText(/2 cappuccino.*TOTAL/, { timeout: 150_000 });
});

test('the lines that are read in a picture are framed on it and told below it', async ({ page }) => {
  test.setTimeout(200_000);
  await page.goto('/#ask');
  await page.locator('#ask-picture').setInputFiles('e2e/fixtures/print/sign.webp');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  const told = page.locator('.boxed figcaption', { hasText: 'Read in the picture' });
  await expect(told).toHaveText(/bicycle repair.*open daily/i, { timeout: 150_000 });
  const frames = page.locator('.boxed .print');
  const [picture, ...lines] = await Promise.all(
    [page.locator('.boxed .asked'), ...(await frames.all())].map((one) => one.boundingBox()),
  );
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line?.width).toBeGreaterThan(line?.height as number);
    expect(line?.x).toBeGreaterThan(picture?.x as number);
    expect(line?.y).toBeGreaterThan(picture?.y as number);
    expect((line?.x ?? 0) + (line?.width ?? 0)).toBeLessThan((picture?.x ?? 0) + (picture?.width ?? 0));
    expect((line?.y ?? 0) + (line?.height ?? 0)).toBeLessThan((picture?.y ?? 0) + (picture?.height ?? 0));
  }
});
