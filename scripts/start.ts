/** `npm start`: serves the built demo with the server that the tests use. */
import { commandLine } from './command-line.ts';
import { weightsFolder } from './paths.ts';
import { startServer } from './server/server.ts';

commandLine({
  usage: 'Usage: npm start\n\nBuilds and serves the demo, on port 5173 or the one in PORT.',
  builds: ['build'],
});
// Without weights next to the repository, the demo's models come from the hub.
const weights = weightsFolder();
const connect = weights ? [] : ['https://huggingface.co', 'https://*.huggingface.co', 'https://*.hf.co'];
const server = await startServer({ port: Number(process.env.PORT ?? 5173), connect });
console.log(`Demo: ${server.origin}/`);
console.log(weights ? `Models are served from ${weights}.` : 'Models are fetched from huggingface.co.');
