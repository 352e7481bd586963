/** The worker's script: the host in a page's worker. The runtime's threads run it, too. */
import { expose } from 'comlink';
import { installTransferHandlers } from '../src/shared/transfer.ts';
import { createHost } from './create-host.ts';
import { browserPlatform } from './platform/browser/platform.ts';
import { isThread, runThread } from './runtime/thread.ts';

if (isThread()) {
  runThread();
} else {
  installTransferHandlers();
  expose(createHost(browserPlatform));
}
