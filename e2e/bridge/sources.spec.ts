/** Every kind of ImageSource, from the page to the pixels that the worker decodes. */
import { expect, test } from '../harness/test.ts';

type Bridge = typeof import('../pages/bridge.ts');

/** Size and first pixel of a picture, as returned by the fake host. */
const RED = [3, 2, 200, 0, 0, 255];

test('every kind of image source reaches the worker', async ({ harness }) => {
  const vectors = await harness.evaluate(async () => {
    const { openFake, picture } = (await window.inPage('bridge')) as Bridge;
    const tte = await openFake();
    const { canvas, blob, image, video, bitmap } = await picture(3, 2, 'rgb(200 0 0)');
    const offscreen = new OffscreenCanvas(3, 2);
    offscreen.getContext('2d')?.drawImage(canvas, 0, 0);
    const url = await new Promise<string>((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result as string);
      reader.readAsDataURL(blob);
    });
    const sources = {
      blob,
      file: new File([blob], 'a.png', { type: 'image/png' }),
      bitmap,
      imageData: canvas.getContext('2d')?.getImageData(0, 0, 3, 2) as ImageData,
      image,
      canvas,
      video,
      offscreen,
      url,
    };
    const results: Record<string, number[]> = {};
    for (const [kind, source] of Object.entries(sources)) {
      results[kind] = [...(await tte.embed({ image: source })).vector];
    }
    const many = await tte.embedMany([{ frames: [blob, canvas] }, { pages: [offscreen] }]);
    results.handedOver = [bitmap.width];
    await tte.dispose();
    return { ...results, many: many.map(({ vector }) => vector.length) };
  });
  const { handedOver, many, video, ...others } = vectors as Record<string, number[]>;
  for (const [kind, vector] of Object.entries(others)) expect(vector, kind).toEqual(RED);
  expect(video?.slice(0, 2)).toEqual([3, 2]);
  expect(Math.abs((video?.[2] as number) - 200), 'a video is coded with loss').toBeLessThan(12);
  expect(handedOver).toEqual([0]);
  expect(many).toEqual([12, 6]);
});

test('a URL is relative to the page', async ({ harness, server }) => {
  const [relative, absolute] = await harness.evaluate(async (origin) => {
    const { openFake } = (await window.inPage('bridge')) as Bridge;
    const tte = await openFake();
    const size = async (image: string) => [...(await tte.embed({ image })).vector.subarray(0, 2)];
    return [await size('../fixtures/images/badge.png'), await size(`${origin}/fixtures/images/badge.png`)];
  }, server.origin);
  expect(relative).toEqual(absolute);
});

test('sources without pixels are refused with the name of the field', async ({ harness }) => {
  const messages = await harness.evaluate(async () => {
    const { openFake, picture } = (await window.inPage('bridge')) as Bridge;
    const tte = await openFake();
    const { bitmap } = await picture(3, 2, 'red');
    const sources = {
      loading: Object.assign(new Image(), { src: '/fixtures/images/badge.png' }),
      missing: new Image(),
      empty: new OffscreenCanvas(0, 5),
      noFrame: document.createElement('video'),
      noPicture: new Blob(['hello'], { type: 'image/png' }),
      none: new Blob([], { type: 'image/png' }),
    };
    const results: [string, string][] = [];
    const attempt = async (kind: string, call: Promise<unknown>) => {
      const error = await call.then(
        () => ({ code: 'none', message: '' }),
        (error) => error,
      );
      results.push([kind, `${error.code}: ${error.message}`]);
    };
    for (const [kind, image] of Object.entries(sources)) await attempt(kind, tte.embed({ image }));
    await tte.embed({ frames: [bitmap, bitmap] });
    await attempt('handed over', tte.embed({ image: bitmap }));
    await tte.dispose();
    return results;
  });
  expect(messages).toEqual([
    ['loading', expect.stringMatching(/^invalid-input: input\.image: .*still loading/)],
    ['missing', expect.stringMatching(/^invalid-input: input\.image: .*failed to load/)],
    ['empty', expect.stringMatching(/^invalid-input: input\.image: .*no pixels/)],
    ['noFrame', expect.stringMatching(/^invalid-input: input\.image: .*no frame yet/)],
    ['noPicture', expect.stringMatching(/^invalid-input: input\.image: .*cannot be decoded/)],
    ['none', expect.stringMatching(/^invalid-input: input\.image: .*no bytes/)],
    ['handed over', expect.stringMatching(/^invalid-input: input\.image: .*no pixels/)],
  ]);
});

test('the page draws SVGs and refuses invalid ones', async ({ harness }) => {
  const [vector, error] = await harness.evaluate(async () => {
    const { openFake, outcome } = (await window.inPage('bridge')) as Bridge;
    const tte = await openFake();
    const svg = (size: string) => {
      const text = `<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect width="9" height="9" fill="rgb(200 0 0)"/></svg>`;
      return new Blob([text], { type: 'image/svg+xml' });
    };
    const { vector } = await tte.embed({ image: svg('width="3" height="2"') });
    const error = await outcome(tte.embed({ image: new Blob(['<svg'], { type: 'image/svg+xml' }) }));
    await tte.dispose();
    return [[...vector], error];
  });
  expect(vector).toEqual(RED);
  expect(error).toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining('input.image: this SVG'),
  });
});

test.describe('without a policy', () => {
  test.use({ bypassCSP: true });

  test('a blob URL is fetched in the worker', async ({ harness }) => {
    // A worker's policy is that of its script.
    await harness.route('**/*.worker*.js', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': '' } });
    });
    const vector = await harness.evaluate(async () => {
      const { openFake, picture } = (await window.inPage('bridge')) as Bridge;
      const tte = await openFake();
      const { blob } = await picture(3, 2, 'rgb(200 0 0)');
      return [...(await tte.embed({ image: URL.createObjectURL(blob) })).vector];
    });
    expect(vector).toEqual(RED);
  });

  test('a picture from another origin without CORS is refused', async ({ harness, originGuard }) => {
    const headers = { 'content-type': 'image/svg+xml', 'cross-origin-resource-policy': 'cross-origin' };
    const body = '<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>';
    await harness.route('https://elsewhere.test/*', (route) => route.fulfill({ headers, body }));
    const errors = await harness.evaluate(async () => {
      const { openFake, outcome, picture } = (await window.inPage('bridge')) as Bridge;
      const tte = await openFake();
      const image = new Image();
      image.src = 'https://elsewhere.test/a.svg';
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.getContext('2d')?.drawImage(image, 0, 0);
      const errors = [await outcome(tte.embed({ image })), await outcome(tte.embed({ image: canvas }))];
      errors.push(await outcome(tte.embed({ image: 'https://elsewhere.test/a' })));
      const { blob } = await picture(3, 2, 'red');
      const many = await tte.embedMany([{ image: canvas }, { image: blob }], { onError: 'collect' });
      await tte.dispose();
      return [many.map(({ status }) => status), ...errors];
    });
    originGuard.forgive();
    expect(errors).toMatchObject([
      ['rejected', 'fulfilled'],
      { code: 'invalid-input', message: expect.stringContaining('another origin') },
      { code: 'invalid-input', message: expect.stringContaining('another origin') },
      { code: 'invalid-input', message: expect.stringContaining('cannot be fetched') },
    ]);
  });
});
