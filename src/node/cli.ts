#!/usr/bin/env node
import { command } from './command.ts';
/** The package's command-line interface: `npx think-then-embed`. */
import { createEmbedder } from './index.ts';

process.exitCode = await command(
  process.argv.slice(2),
  {
    out: (text) => process.stdout.write(text),
    error: (text) => process.stderr.write(text),
    isInteractive: process.stderr.isTTY,
  },
  createEmbedder,
);
