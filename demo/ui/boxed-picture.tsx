/** A picture with what was found in it drawn on it, and listed below for everybody. */
import { useState } from 'preact/hooks';
import type { Trace } from 'think-then-embed';
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
  const objects = size.width > 0 ? (trace?.objects ?? []) : [];
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
            style={{
              left: percent(object.box.x, size.width),
              top: percent(object.box.y, size.height),
              width: percent(object.box.width, size.width),
              height: percent(object.box.height, size.height),
            }}
          >
            <span class="name">{words.object(object.name, object.score)}</span>
          </span>
        ))}
      </div>
      {objects.length > 0 && (
        <figcaption>
          {words.title}: {objects.map(({ name, score }) => words.object(name, score)).join(', ')}
        </figcaption>
      )}
    </figure>
  );
}

function percent(part: number, whole: number): string {
  return `${(100 * part) / whole}%`;
}
