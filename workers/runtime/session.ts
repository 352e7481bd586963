/** Wraps a runtime session and validates its inputs, so that errors are readable. */
import { isTteError, TteError } from '../../src/shared/errors.ts';
import type { GraphSession, RawSession, Tensor } from './types.ts';

/**
 * @param label for messages: `model/session`
 * @param lost the reason why the device was lost, or null
 */
export function checkedSession(session: RawSession, label: string, lost: () => string | null): GraphSession {
  const gone = (reason: string, cause?: unknown) =>
    new TteError('device-lost', `The GPU device was lost (${reason}).`, { cause });
  return {
    inputs: session.inputs,
    outputs: session.outputs,
    async run(feeds, fetch) {
      checkFeeds(label, session.inputs, feeds);
      const reason = lost();
      if (reason !== null) throw gone(reason);
      try {
        return await session.run(feeds, fetch ?? [...session.outputs.keys()]);
      } catch (cause) {
        // The runtime often notices a lost device first and reports an ordinary failure.
        await new Promise((resolve) => setTimeout(resolve));
        const reason = lost();
        throw reason === null ? runFailed(`Running ${label}`, cause) : gone(reason, cause);
      }
    },
    release: () => session.release(),
  };
}

/** A cause that says what to do stays as it is. */
export function runFailed(doing: string, cause: unknown): TteError {
  if (isTteError(cause)) return cause;
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new TteError('run-failed', `${doing} failed: ${detail}`, { cause });
}

/** Names, types, ranks and fixed axes; symbols are not compared, since exporters name unrelated axes alike. */
function checkFeeds(
  label: string,
  inputs: RawSession['inputs'],
  feeds: Readonly<Record<string, Tensor>>,
): void {
  const refuse = (what: string): never => {
    throw new TteError('run-failed', `${label}: ${what}`);
  };
  for (const name of inputs.keys()) if (!(name in feeds)) refuse(`input "${name}" is missing.`);
  for (const [name, tensor] of Object.entries(feeds)) {
    const info = inputs.get(name) ?? refuse(`it has no input "${name}".`);
    if (tensor.type !== info.type) refuse(`input "${name}" is ${tensor.type}, not ${info.type}.`);
    const fits =
      tensor.dims.length === info.shape.length &&
      info.shape.every((axis, i) => typeof axis === 'string' || axis < 0 || axis === tensor.dims[i]);
    if (!fits) refuse(`input "${name}" has shape [${tensor.dims}], not [${info.shape}].`);
  }
}
