import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, utf8 } from '../../node/console/verify/bytes.js';
import {
  BASE,
  ORDER,
  combine,
  compress,
  decompress,
  littleEndian,
  mayEncodeLargeOrder,
} from '../../node/console/verify/curve25519.js';
import { load } from './vectors.js';

const vectors = load('standards/ed25519-cctv.json').vectors.map(([key, signature, message, flags]) => ({
  key: fromHex(key),
  signature: fromHex(signature),
  message: utf8(message),
  flags,
}));

const REFUSED = [
  'low_order_A',
  'low_order_component_A',
  'non_canonical_A',
  'low_order_R',
  'non_canonical_R',
  'low_order_residue',
];

// A verifier of its own that meets an engine which decides by `verify` in place of the true one.
async function withEngine(name, verify, work) {
  Object.defineProperty(crypto.subtle, 'verify', { value: verify, configurable: true });
  try {
    await work(await import(`../../node/console/verify/ed25519.js?${name}`));
  } finally {
    delete crypto.subtle.verify;
  }
}

async function decidesAll(ed25519) {
  for (const { key, message, signature, flags } of vectors) {
    const good = !REFUSED.some((flag) => (flags ?? []).includes(flag));
    assert.equal(await ed25519.verify(key, message, signature), good, `${flags}`);
  }
  for (const { number, public: key, message, signature } of load('standards/ed25519-speccheck.json').vectors) {
    assert.equal(
      await ed25519.verify(fromHex(key), fromHex(message), fromHex(signature)),
      false,
      `speccheck ${number}`,
    );
  }
  for (const { number, public: key, message, signature, valid } of load('standards/ed25519-wycheproof.json').vectors) {
    const found = await ed25519.verify(fromHex(key), fromHex(message), fromHex(signature));
    assert.equal(found, valid, `Wycheproof ${number}`);
  }
}

const absent = async () => {
  throw new DOMException('no Ed25519 here', 'NotSupportedError');
};

test('without an engine our own arithmetic gives all answers', () => withEngine('absent', absent, decidesAll));

test('an engine that takes everything is not asked', () => withEngine('lax', async () => true, decidesAll));

test('an engine that refuses everything is not asked', () => withEngine('broken', async () => false, decidesAll));

test('an engine that is strict is asked', async () => {
  let asked = 0;
  const { verify } = SubtleCrypto.prototype;
  const counting = function counting(...words) {
    asked++;
    return verify.apply(crypto.subtle, words);
  };
  await withEngine('strict', counting, decidesAll);
  assert.ok(asked > 2, 'beyond the two it was tried with');
});

test('a point of small order is told by its y, and so is an encoding that is not canonical', () => {
  // What is left of a point without its part of prime order, until that has order 8.
  const torsion = (y) => {
    const found = decompress(littleEndian(y));
    return found && combine(ORDER, found, 0n, BASE);
  };
  const multiples = (found) =>
    [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n].map((times) => compress(combine(times, found, 0n, BASE)));
  let all = [];
  for (let y = 2n; new Set(all.map(String)).size < 8; y++) all = torsion(y) ? multiples(torsion(y)) : [];
  for (const bytes of all) assert.ok(!mayEncodeLargeOrder(bytes), String(bytes));
  for (const bytes of [2n ** 255n - 19n, 2n ** 255n - 1n].map(littleEndian)) assert.ok(!mayEncodeLargeOrder(bytes));
  for (const times of [1n, 2n, ORDER - 1n]) assert.ok(mayEncodeLargeOrder(compress(combine(times, BASE, 0n, BASE))));
});
