// Reads vector files, and what they share.
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fromHex } from '../../node/console/verify/bytes.js';
import { Chain, InForce } from '../../node/console/verify/chain.js';
import { readCharter } from '../../node/console/verify/charter.js';
import { Fault } from '../../node/console/verify/fault.js';
import { StatementSet } from '../../node/console/verify/set.js';
import { readStatement } from '../../node/console/verify/statement.js';

// Node 18 has it and does not offer it.
globalThis.crypto ??= webcrypto;

export const folder = new URL('../vectors/', import.meta.url);
export const text = (name) => readFileSync(new URL(name, folder), 'utf8');
export const load = (name) => JSON.parse(text(name));

// Whether some work ends without a fault; any other error is passed on.
export async function passes(work) {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

// What a case's verifier knows: its charter chain and its statements.
export async function known({ charters, statements }) {
  const chain = new Chain();
  for (const version of charters) {
    if (!(await chain.take(await readCharter(fromHex(version))))) throw new Error('a charter without its predecessor');
  }
  const inForce = new InForce(chain.network, chain.inForce);
  const held = [];
  for (const statement of statements) held.push(await readStatement(fromHex(statement)));
  return { inForce, held, set: await StatementSet.of(inForce, held) };
}

// As vectors write values: numbers for BigInt.
export function plain(value) {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}
