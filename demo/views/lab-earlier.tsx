/** Earlier inputs, most similar to the last one first. */
import { byNearness } from '../state/lab.ts';
import { text } from '../strings.ts';

const { lab } = text;

export function Earlier() {
  const rows = byNearness();
  return (
    <section class="panel" aria-labelledby="earlier-title">
      <h2 id="earlier-title">{lab.earlier}</h2>
      {rows.length === 0 && <p class="note">{lab.earlierEmpty}</p>}
      <ol id="earlier" class="earlier">
        {rows.map(({ entry: { label, picture }, similarity }, index) => (
          <li key={`${index} ${label}`}>
            {picture ? (
              <img src={picture} alt="" />
            ) : (
              <span class="glyph" aria-hidden="true">
                T
              </span>
            )}
            <span class="label" title={label}>
              {label}
            </span>
            <span class="value">{similarity === null ? lab.otherSpace : similarity.toFixed(3)}</span>
            {similarity !== null && (
              <meter min={0} max={1} value={Math.max(0, similarity)} aria-label={lab.similarity} />
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
