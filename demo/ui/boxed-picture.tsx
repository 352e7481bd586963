/** A picture with the objects and the lines of print that were found in it drawn on it, and listed below for everybody. */
import { useState } from 'preact/hooks';
import type { PrintedLine, Trace } from 'think-then-embed';
import { text } from '../strings.ts';

interface Props {
  url: string;
  name: string;
  trace: Trace | null;
}

const { found: words } = text;
/** In parts of the picture's height: above it there is no room for a name. */
const TOP = 0.08;

export function BoxedPicture({ url, name, trace }: Props) {
  const [size, setSize] = useState({ width: 0, height: 0 });
  const isShown = size.width > 0;
  const objects = isShown ? (trace?.objects ?? []) : [];
  const lines = isShown ? (trace?.print ?? []) : [];
  return (
    <figure class="boxed">
      <div class="frame">
        <img
          class="asked"
          src={url}
          alt={name}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setSize({ width: naturalWidth, height: naturalHeight })
          }
        />
        {objects.map((object, i) => (
          <span
            key={i}
            class={object.box.y < TOP * size.height ? 'object inside' : 'object'}
            aria-hidden="true"
            style={placed(object.box, size)}
          >
            <span class="name">{words.object(object.name, object.score)}</span>
          </span>
        ))}
        {lines.map(({ box, text }, i) => (
          <span key={i} class="print" title={text} aria-hidden="true" style={placed(box, size)} />
        ))}
      </div>
      {objects.length > 0 && (
        <figcaption>
          {words.title}: {objects.map(({ name, score }) => words.object(name, score)).join(', ')}
        </figcaption>
      )}
      {lines.length > 0 && (
        <figcaption>
          {words.print}: {lines.map(({ text }) => text).join(' / ')}
        </figcaption>
      )}
    </figure>
  );
}

function placed(box: PrintedLine['box'], size: { width: number; height: number }) {
  return {
    left: percent(box.x, size.width),
    top: percent(box.y, size.height),
    width: percent(box.width, size.width),
    height: percent(box.height, size.height),
  };
}

function percent(part: number, whole: number): string {
  return `${(100 * part) / whole}%`;
}
