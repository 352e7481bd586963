/** The model chooser: shows size and license before anything is downloaded. */
import { megabytes } from '../format.ts';
import {
  type Backend,
  backend,
  type Choice,
  choice,
  choices,
  choose,
  chooseBackend,
} from '../state/choices.ts';
import { engine, info } from '../state/engine.ts';
import { notifyError } from '../state/notices.ts';
import { text } from '../strings.ts';
import { Segments } from '../ui/controls.tsx';

const { device } = text;

export function Models() {
  return (
    <section class="panel" aria-labelledby="models-title">
      <h2 id="models-title">{device.model}</h2>
      <p class="note">{device.modelAbout}</p>
      <ul class="models">
        {choices.map((offered) => (
          <Model key={offered.id} {...offered} />
        ))}
      </ul>
      <Segments<Backend>
        legend={device.backend}
        options={device.backends}
        value={backend.value}
        onChange={chooseBackend}
      />
      <button
        type="button"
        class="main"
        disabled={info.value !== null}
        onClick={() => void engine().catch(notifyError)}
      >
        {device.load}
      </button>
    </section>
  );
}

function Model(offered: Choice) {
  const { id, name, about, license, bytes, hub } = offered;
  const used = choice.value.id === id && info.value !== null;
  return (
    <li>
      <label>
        <input
          type="radio"
          name="model"
          checked={choice.value.id === id}
          onChange={() => choose(choices.find((one) => one.id === id) ?? offered)}
        />
        <span>
          <strong>{name}</strong> {used && <em>{device.inUse}</em>}
          <br />
          {about}
          <span class="note">
            {bytes === null ? device.unknownSize : megabytes(bytes)} · {license} ·{' '}
            {hub ? device.hub : device.local}
          </span>
        </span>
      </label>
    </li>
  );
}
