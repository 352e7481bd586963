/** Serves the built demo (`npm start`): the same server the tests use. */
import { modelFolders } from './server/files.ts';
import { startServer } from './server/server.ts';

const server = await startServer(Number(process.env.PORT ?? 5173));
console.log(`Demo: ${server.origin}/`);
console.log(`Models served from: ${modelFolders().join(', ')}`);
