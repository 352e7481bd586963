/** Accepts files anywhere on the page if the view is `active`; otherwise prevents a drop from navigating away. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { filesOf } from '../ingest/dropped.ts';
import type { Found } from '../ingest/expand.ts';
import { text } from '../strings.ts';

interface Props {
  active: boolean;
  onFiles(found: Found[]): void;
  children: ComponentChildren;
}

export function DropZone({ active, onFiles, children }: Props) {
  const [over, setOver] = useState(false);
  const drag = (event: DragEvent) => {
    event.preventDefault();
    setOver(active && (event.dataTransfer?.types.includes('Files') ?? false));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the buttons are the first
    <div
      class="page"
      onDragOver={drag}
      onDragLeave={({ relatedTarget }) => relatedTarget === null && setOver(false)}
      // Also for drops that a view handles itself.
      onDropCapture={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        if (active && event.dataTransfer) void filesOf(event.dataTransfer).then(onFiles);
      }}
    >
      {children}
      {over && <div class="over">{text.collection.dropHere}</div>}
    </div>
  );
}
