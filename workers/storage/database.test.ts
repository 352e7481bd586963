import { describe, test } from 'vitest';
import { storeContract } from '../testing/store-contract.ts';
import { memoryStore } from './database.ts';

describe('memory store', () => {
  for (const [name, check] of Object.entries(storeContract)) test(name, () => check(memoryStore()));
});
