/** The vector, drawn as a strip of colours, and its figures. */
import { useEffect, useRef } from 'preact/hooks';
import { cosineSimilarity, type Embedding } from 'think-then-embed';
import { milliseconds } from '../format.ts';
import { plain, result } from '../state/lab.ts';
import { text } from '../strings.ts';

const { lab } = text;

export function Outcome() {
  const embedding = result.value;
  return (
    <>
      {embedding && (
        <p id="decision" class="note">
          {lab.mode(embedding.thinkDecision.mode, embedding.thinkDecision.reason)}
          {embedding.thinkDecision.discarded && ` ${text.trace.discarded(embedding.thinkDecision.discarded)}`}
        </p>
      )}
      <h3>{lab.vector}</h3>
      <Strip id="vector" embedding={embedding} />
      <p id="vector-text" class="note">
        {embedding ? lab.dimensions(embedding.vector.length, beginning(embedding)) : lab.vectorEmpty}
      </p>
      {embedding && plain.value && <Compared reasoned={embedding} plain={plain.value} />}
      {embedding && <Facts embedding={embedding} />}
    </>
  );
}

function Compared({ reasoned, plain }: { reasoned: Embedding; plain: Embedding }) {
  const score = cosineSimilarity(reasoned.vector, plain.vector);
  return (
    <section id="compared" class="without" aria-label={text.search.withoutThinking}>
      <h3>{text.search.withoutThinking}</h3>
      <Strip id="vector-plain" embedding={plain} />
      <p class="note">{score > 0.9995 ? lab.same : lab.turned(score.toFixed(3))}</p>
    </section>
  );
}

/** Draws one column per dimension: blue for negative, orange for positive values, strongest at the largest magnitude. */
function Strip({ id, embedding }: { id: string; embedding: Embedding | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current && embedding) draw(canvas.current, embedding.vector);
  }, [embedding]);
  const label = embedding ? lab.strip(embedding.vector.length, beginning(embedding)) : lab.noVector;
  return <canvas ref={canvas} id={id} class="strip-of-values" role="img" aria-label={label} height={1} />;
}

function draw(canvas: HTMLCanvasElement, vector: Float32Array): void {
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  canvas.width = vector.length;
  const context = canvas.getContext('2d');
  const pixels = context?.createImageData(vector.length, 1);
  if (!context || !pixels) return;
  vector.forEach((value, index) => {
    const [red, green, blue] = value < 0 ? [56, 106, 224] : [232, 119, 34];
    pixels.data.set([red, green, blue, Math.round(255 * Math.sqrt(Math.abs(value) / largest))], index * 4);
  });
  context.putImageData(pixels, 0, 0);
}

function Facts({ embedding: { usage, cached, truncated, space } }: { embedding: Embedding }) {
  const { decode, think, encode, total } = usage.ms;
  const rows: [string, string][] = [
    [lab.facts.time, lab.total(milliseconds(total))],
    [lab.facts.parts, lab.split(milliseconds(decode), milliseconds(think), milliseconds(encode))],
    [lab.facts.tokens, lab.tokens(usage.inputTokens, usage.traceTokens)],
    [lab.facts.cache, lab.cached[cached === false ? 'no' : cached]],
    [lab.facts.cut, lab.cut[truncated ? 'yes' : 'no']],
    [lab.facts.space, space],
  ];
  return (
    <dl id="facts" class="facts">
      {rows.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}=`}>{value}</dd>])}
    </dl>
  );
}

function beginning({ vector }: Embedding): string {
  return [...vector.slice(0, 4)].map((value) => value.toFixed(3)).join(', ');
}
