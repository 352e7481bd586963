import { strict as assert } from 'node:assert';
import { createEmbedder, isTteError } from 'think-then-embed';

// Rendering on a server imports what the page uses, and must not run it.
const error = await createEmbedder().catch((reason) => reason);
assert(isTteError(error, 'not-in-browser'), String(error));
