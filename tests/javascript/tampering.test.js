import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equal, fromHex } from '../../node/console/verify/bytes.js';
import { verify } from '../../node/console/verify/verify.js';
import { forge } from './forge.js';
import { mutate } from './mutate.js';
import { load } from './vectors.js';

const [whole] = load('liaison/bundles.json').cases;
const bundle = fromHex(whole.bundle);
const trusted = { network: whole.trusted_network };

test('no turned bit leaves a bundle valid, and links break by region', async () => {
  const broken = new Set();
  for (let at = 0; at < bundle.length; at += 61) {
    const bytes = bundle.slice();
    bytes[at] ^= 1 << (at % 8);
    const { outcome, link, reason } = await verify(bytes, trusted);
    assert.equal(outcome, 'invalid', `byte ${at}`);
    assert.ok(reason, `byte ${at}`);
    broken.add(link);
  }
  for (const link of ['file', 'charter', 'inclusion', 'payload', 'before']) assert.ok(broken.has(link), link);
});

test('a bundle that is cut short anywhere is not valid', async () => {
  for (let length = 0; length < bundle.length; length += 211) {
    assert.equal((await verify(bundle.slice(0, length), trusted)).link, 'file', `${length} bytes`);
  }
});

test('without anything trusted no mutation is ever valid', async () => {
  for (let seed = 1; seed <= 100; seed++) {
    const { outcome } = await verify(mutate(bundle, seed));
    assert.notEqual(outcome, 'valid', `seed ${seed}`);
  }
});

test('whatever is mutated or signed anew, there is an answer and no mistake', async () => {
  const outcomes = new Set();
  for (let seed = 1; seed <= 80; seed++) {
    const forged = await forge(seed);
    outcomes.add((await verify(forged.bytes, forged)).outcome);
    const mutated = mutate(bundle, seed);
    const found = await verify(mutated, trusted);
    if (equal(mutated, bundle)) assert.equal(found.outcome, 'valid', `seed ${seed}`);
    assert.ok(found.steps.length > 0);
  }
  assert.deepEqual([...outcomes].sort(), ['invalid', 'valid']);
});
