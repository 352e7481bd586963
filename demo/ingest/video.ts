const MAX_FRAMES = 12;
const SIDE = 640;

/** Up to twelve evenly spaced frames, at least two seconds apart if the video is long enough. */
export async function* frames(file: File): AsyncGenerator<{ seconds: number; image: Blob }> {
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  video.src = URL.createObjectURL(file);
  try {
    await happened(video, 'loadeddata');
    const length = await lengthOf(video);
    const count = Math.max(1, Math.min(MAX_FRAMES, Math.floor(length / 2)));
    for (let index = 0; index < count; index++) {
      const seconds = (length * (index + 0.5)) / count;
      const shown = happened(video, 'seeked');
      video.currentTime = seconds;
      await shown;
      yield { seconds: Math.round(seconds * 10) / 10, image: await picture(video) };
    }
  } finally {
    URL.revokeObjectURL(video.src);
    video.removeAttribute('src');
    video.load();
  }
}

/** Videos recorded in a browser report their duration only after seeking to the end. */
async function lengthOf(video: HTMLVideoElement): Promise<number> {
  if (Number.isFinite(video.duration)) return video.duration;
  const shown = happened(video, 'seeked');
  video.currentTime = 1e6;
  await shown;
  return Number.isFinite(video.duration) ? video.duration : video.currentTime;
}

function picture(video: HTMLVideoElement): Promise<Blob> {
  const scale = Math.min(1, SIDE / Math.max(video.videoWidth, video.videoHeight));
  const canvas = new OffscreenCanvas(video.videoWidth * scale, video.videoHeight * scale);
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: 'image/webp', quality: 0.85 });
}

function happened(video: HTMLVideoElement, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    video.addEventListener(event, () => resolve(), { once: true });
    video.addEventListener('error', () => reject(new Error('this browser cannot play the video')), {
      once: true,
    });
  });
}
