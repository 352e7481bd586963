/** Takes a picture with the camera. The stream ends when the dialog closes. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { type PickedImage, pickedImage } from '../state/picked-image.ts';
import { text } from '../strings.ts';
import { Dialog } from '../ui/dialog.tsx';

interface Props {
  onPicture(picture: PickedImage): void;
  onClose(): void;
}

export function Camera({ onPicture, onClose }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState('');
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const opening = openCamera();
    opening.then(
      (stream) => {
        if (video.current) video.current.srcObject = stream;
      },
      (error: unknown) => setProblem(text.camera.refused(String(error))),
    );
    return () => {
      opening.then(
        (stream) => stream.getTracks().forEach((track) => void track.stop()),
        () => undefined,
      );
    };
  }, []);
  return (
    <Dialog title={text.camera.title} onClose={onClose}>
      {problem ? (
        <p role="alert">{problem}</p>
      ) : (
        <video ref={video} class="camera-view" autoplay playsInline muted onPlaying={() => setReady(true)} />
      )}
      <div class="actions">
        <button
          type="button"
          class="main"
          disabled={!ready}
          onClick={() => {
            if (!video.current) return;
            void still(video.current).then((picture) => {
              onPicture(picture);
              onClose();
            });
          }}
        >
          {text.camera.take}
        </button>
      </div>
    </Dialog>
  );
}

async function openCamera(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'environment', width: { ideal: 1280 } },
  });
}

async function still(video: HTMLVideoElement): Promise<PickedImage> {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  return pickedImage(await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 }), text.camera.name);
}
