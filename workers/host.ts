/** The worker's script: the host in a page's worker. */
import { expose } from 'comlink';
import { installTransferHandlers } from '../src/shared/transfer.ts';
import { createHost } from './create-host.ts';
import { browserPlatform } from './platform/browser/platform.ts';

installTransferHandlers();
expose(createHost(browserPlatform));
