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
});
