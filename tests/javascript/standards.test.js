import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concat, fromBase64, fromHex, hex, utf8 } from '../../node/console/verify/bytes.js';
import { pae } from '../../node/console/verify/dsse.js';
import * as ed25519 from '../../node/console/verify/ed25519.js';
import * as p256 from '../../node/console/verify/p256.js';
import { verifySignature } from '../../node/console/verify/keys.js';
import {
  parseCheckpoint,
  parseCheckpointText,
  parseNote,
  parseVerifier,
  signaturesBy,
} from '../../node/console/verify/notes.js';
import { checkPolicy, readPolicy } from '../../node/console/verify/policy.js';
import { parseTilePath, tilePath, tilesOf } from '../../node/console/verify/tiles.js';
import { checkInclusion, parseTlogProof } from '../../node/console/verify/tlog-proof.js';
import { isConsistent, isIncluded, leafHash, rootOf } from '../../node/console/verify/trees.js';
import { load, passes, plain, text } from './vectors.js';

// Both ways to decide: the engine's, where it is strict, and our own.
async function bothVerify(key, message, signature) {
  const found = await ed25519.verify(key, message, signature);
  const own = await ed25519.ownVerify(key, message, signature);
  if (found) assert.ok(own, 'the engine takes what our own arithmetic refuses');
  return found;
}

test('Ed25519 signatures of RFC 8032 verify, by the engine and by our own arithmetic', async () => {
  for (const { name, public: key, message, signature } of load('standards/ed25519-rfc8032.json').vectors) {
    assert.ok(await bothVerify(fromHex(key), fromHex(message), fromHex(signature)), name);
  }
});

test('every signature of speccheck is refused, and for the key where the key is at fault', async () => {
  for (const { number, public: key, message, signature, refused } of load('standards/ed25519-speccheck.json').vectors) {
    assert.equal(ed25519.isKey(fromHex(key)), refused === 'signature', `case ${number}`);
    assert.equal(await ed25519.verify(fromHex(key), fromHex(message), fromHex(signature)), false, `case ${number}`);
  }
});

test('points of small or mixed order and second encodings are refused as CCTV flags them', async () => {
  const badKey = ['low_order_A', 'low_order_component_A', 'non_canonical_A'];
  const badSignature = ['low_order_R', 'non_canonical_R', 'low_order_residue'];
  let count = 0;
  for (const [public_, signature, message, flags] of load('standards/ed25519-cctv.json').vectors) {
    const has = (some) => some.some((flag) => (flags ?? []).includes(flag));
    const key = fromHex(public_);
    assert.equal(ed25519.isKey(key), !has(badKey), `${flags}`);
    const good = !has(badKey) && !has(badSignature);
    assert.equal(await ed25519.verify(key, utf8(message), fromHex(signature)), good, `${flags}`);
    count++;
  }
  assert.equal(count, 914);
});

test('altered Ed25519 signatures are told from good ones as Wycheproof says', async () => {
  for (const { number, public: key, message, signature, valid } of load('standards/ed25519-wycheproof.json').vectors) {
    const found = await ed25519.verify(fromHex(key), fromHex(message), fromHex(signature));
    assert.equal(found, valid, `case ${number}`);
  }
});

test('P-256 signatures of RFC 6979 verify with a low s only', async () => {
  const { public: key, vectors } = load('standards/p256-rfc6979.json');
  for (const { message, published, high_s, low_s } of vectors) {
    const verify = (signature) => p256.verify(fromHex(key), utf8(message), fromHex(signature));
    assert.equal(await verify(published), !high_s);
    if (low_s) assert.ok(await verify(low_s));
  }
});

test('altered P-256 signatures are told from good ones as Wycheproof says, but for a high s', async () => {
  const HALF = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;
  for (const { number, public: key, message, signature, valid } of load('standards/p256-wycheproof.json').vectors) {
    const low = BigInt(`0x${signature.slice(64) || 0}`) <= HALF;
    const found = await p256.verify(fromHex(key), fromHex(message), fromHex(signature));
    assert.equal(found, valid && low, `case ${number}`);
  }
});

test('the envelope of the DSSE document verifies', async () => {
  for (const { type, body, pae: expected, key, signature } of load('standards/dsse.json').envelopes) {
    const signed = pae(type, fromHex(body));
    assert.equal(hex(signed), expected);
    const low = lowered(fromHex(signature));
    assert.ok(await verifySignature(fromHex(key), signed, low));
  }
});

// The same signature with s in the lower half of the order.
function lowered(signature) {
  const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const s = BigInt(`0x${hex(signature.subarray(32))}`);
  const low = s > ORDER / 2n ? ORDER - s : s;
  return concat(signature.subarray(0, 32), fromHex(low.toString(16).padStart(64, '0')));
}

test('trees have the roots of Certificate Transparency', async () => {
  const { leaves, roots, hashes } = load('standards/rfc6962-trees.json');
  const leaf = await Promise.all(leaves.map((one) => leafHash(fromHex(one))));
  for (const [size, root] of roots.entries()) assert.equal(hex(await rootOf(leaf.slice(0, size))), root);
  assert.equal(hex(await leafHash(fromHex(hashes.leaf[0]))), hashes.leaf[1]);
  assert.equal(hex(await leafHash(new Uint8Array())), hashes.empty_leaf);
});

test('inclusion and consistency proofs are taken and refused as in transparency-dev/merkle', async () => {
  const { inclusion, consistency } = load('standards/rfc6962-proofs.json');
  const number = (value) => BigInt(value);
  const list = (proof) => (proof ?? []).map(fromHex);
  for (const { name, index, size, leaf_hash, root, proof, valid } of inclusion) {
    const found = await isIncluded(number(index), number(size), fromHex(leaf_hash), fromHex(root), list(proof));
    assert.equal(found, valid, name);
  }
  for (const { name, from, to, root_from, root_to, proof, valid } of consistency) {
    const found = await isConsistent(number(from), number(to), fromHex(root_from), fromHex(root_to), list(proof));
    assert.equal(found, valid, name);
  }
});

test('proofs of a log of a thousand million leaves verify', async () => {
  const ct = load('standards/ct-argon2020.json');
  const [size, root] = [BigInt(ct.size), fromHex(ct.root)];
  const leaf = await leafHash(fromHex(ct.leaf));
  assert.ok(await isIncluded(BigInt(ct.index), size, leaf, root, ct.inclusion.map(fromHex)));
  const earlier = [BigInt(ct.earlier_size), size, fromHex(ct.earlier_root), root];
  assert.ok(await isConsistent(...earlier, ct.consistency.map(fromHex)));
});

async function isSigned(note, keys) {
  const parsed = parseNote(utf8(note));
  for (const key of keys) if ((await signaturesBy(parsed, await parseVerifier(key))).length === 0) return false;
  return true;
}

test('signed notes are verified, refused and malformed as C2SP and Go say', async () => {
  const notes = load('standards/signed-notes.json');
  for (const { key, type } of notes.keys) assert.equal((await parseVerifier(key)).type, type);
  for (const key of notes.bad_keys) assert.equal(await passes(() => parseVerifier(key)), false, key);
  for (const { name, note, keys } of notes.verified) assert.ok(await isSigned(note, keys), name);
  for (const { name, note, keys } of notes.refused) {
    const good = await isSigned(note, keys).catch(() => false);
    assert.equal(good, false, name);
  }
  for (const note of notes.malformed) assert.equal(await passes(() => parseNote(utf8(note))), false, note);
  assert.equal(parseNote(utf8(notes.parsed)).signatures.length, 1);
  assert.match(notes.signed.signature, /^— PeterNeumann /);
});

test('checkpoints and cosignatures of others are read and verified', async () => {
  const { parsed, text: plainText, cosigned, bad_texts } = load('standards/checkpoints.json');
  const checkpoint = parseCheckpoint(utf8(parsed.note));
  assert.deepEqual([plain(checkpoint.size), hex(checkpoint.root)], [parsed.size, parsed.root]);
  const line = checkpoint.signatures.find(({ name }) => name === parsed.cosigner);
  assert.equal(
    Number(line.signature.subarray(0, 8).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)),
    parsed.time,
  );
  assert.equal(plain(parseCheckpointText(plainText.text).size), plainText.size);
  for (const bad of bad_texts) assert.equal(await passes(() => parseCheckpointText(bad)), false, bad);

  const lines = [`log ${cosigned.log}`, ...cosigned.witnesses.map((key, i) => `witness w${i} ${key}`)];
  const policy = await readPolicy(utf8([...lines, 'group all all w0 w1 w2 w3', 'quorum all', ''].join('\n')));
  const note = parseCheckpoint(utf8(cosigned.note));
  assert.equal((await checkPolicy(policy, note)).length, 4);
  for (const key of cosigned.witnesses) {
    const [found] = await signaturesBy(note, await parseVerifier(key));
    assert.equal(plain(found.time), cosigned.time);
  }
});

test('tlog-proofs of others are read, verified and refused', async () => {
  const { log, witness, entry, tessera, malformed } = load('standards/tlog-proofs.json');
  const proof = parseTlogProof(utf8(text('standards/oak.tlog-proof')));
  await checkInclusion(proof, utf8(entry));
  const policy = await readPolicy(utf8(`log ${log}\nwitness w ${witness}\nquorum w\n`));
  assert.deepEqual(await checkPolicy(policy, proof.checkpoint), ['test-witness']);
  const leaf = await leafHash(utf8(tessera.leaf));
  const place = [BigInt(tessera.index), BigInt(tessera.size), leaf, fromBase64(tessera.root)];
  assert.ok(await isIncluded(...place, tessera.hashes.map(fromBase64)));
  for (const bad of malformed) assert.equal(await passes(() => parseTlogProof(utf8(bad))), false, bad);
});

test('paths of tiles are read as C2SP writes them, and the tiles of a tree are known', async () => {
  const { paths, bundle_paths, trees, invalid } = load('standards/tiles.json');
  for (const { path, ...parts } of [...paths, ...bundle_paths]) {
    assert.deepEqual(plain(parseTilePath(path)), parts, path);
    assert.equal(tilePath(parseTilePath(path)), path);
  }
  for (const path of invalid) assert.equal(await passes(() => parseTilePath(path)), false, path);
  for (const { size, full, partial } of trees) {
    const levels = tilesOf(BigInt(size));
    const counts = (what) =>
      Object.fromEntries(levels.filter((one) => one[what] > 0n).map((one) => [one.level, Number(one[what])]));
    assert.deepEqual([counts('full'), counts('partial')], [full, partial]);
  }
});
