import { describe, test } from 'vitest';
import { memoryStore } from './database.ts';
import { storeContract } from './store-contract.ts';

describe('memory store', () => {
  for (const [name, check] of Object.entries(storeContract)) test(name, () => check(memoryStore()));
});
