import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, hex, utf8 } from '../../node/console/verify/bytes.js';
import { isSignedBy } from '../../node/console/verify/dsse.js';
import { Effect, lineOf } from '../../node/console/verify/effect.js';
import { readEntry } from '../../node/console/verify/entry.js';
import { must } from '../../node/console/verify/fault.js';
import { Form } from '../../node/console/verify/form.js';
import { sha256 } from '../../node/console/verify/hash.js';
import { parseOrigin } from '../../node/console/verify/names.js';
import { parseCheckpoint } from '../../node/console/verify/notes.js';
import { quorumOf } from '../../node/console/verify/quorum.js';
import { Audience, nameOf } from '../../node/console/verify/schema.js';
import { leafHash, rootOf } from '../../node/console/verify/trees.js';
import { payloadDigest, readUpdate } from '../../node/console/verify/update.js';
import { known, load, passes, plain } from './vectors.js';

for (const { name, update, key, valid, payload, digest } of load('liaison/updates.json').cases) {
  test(`updates: ${name}`, async () => {
    if (payload) return assert.equal(await payloadDigest(fromHex(payload)), digest);
    const read = async () => {
      const envelope = await readUpdate(fromHex(update));
      must(
        envelope.signatures.length === 1 && (await isSignedBy(envelope, fromHex(key))),
        'not signed by the key alone',
      );
    };
    assert.equal(await passes(read), valid);
  });
}

for (const { name, leaf, leaf_hash, content, sequenced_at } of load('liaison/entries.json').cases) {
  test(`entries: ${name}`, async () => {
    const entry = await readEntry(fromHex(leaf));
    assert.equal(hex(await leafHash(fromHex(leaf))), leaf_hash);
    assert.equal(['update', 'statement', 'naming'].find((sort) => entry[sort]) ?? 'unreadable', content);
    assert.equal(plain(entry.time), sequenced_at);
  });
}

for (const { name, leaves, origin, valid, refused, root, log_key, checkpoints, ...knows } of load('liaison/form.json')
  .cases) {
  test(`form: ${name}`, async () => {
    const { inForce } = await known(knows);
    const form = new Form(inForce, parseOrigin(origin));
    for (const [i, leaf] of leaves.entries()) {
      const taken = await passes(() => form.push(fromHex(leaf)));
      assert.equal(taken, valid || i < refused, `entry ${i}`);
      if (!taken) return;
    }
    assert.equal(hex(await rootOf(form.hashes)), root);
    assert.equal(hex(form.logMandate.message.mandate.key), log_key);
    for (const checkpoint of checkpoints) {
      const check = () => form.check(parseCheckpoint(utf8(checkpoint.note)));
      assert.equal(await passes(check), checkpoint.valid, checkpoint.note);
    }
  });
}

function stateOf([record, { last, status, audience, payload, erased, quarantine, before }]) {
  const state = { audience: nameOf(Audience, audience), last: { ...last, leaf_hash: hex(last.leaf_hash) }, status };
  if (payload) state.payload = { ...payload, digest: hex(payload.digest) };
  if (status === 'erased') Object.assign(state, { erased, quarantine, withdrawn: before === 'withdrawn' });
  return [record, plain(state)];
}

for (const { name, origin, leaves, lines, digest, records, ...knows } of load('liaison/effect.json').cases) {
  test(`effect: ${name}`, async () => {
    const { inForce, set } = await known(knows);
    const effect = new Effect(inForce, set, parseOrigin(origin));
    const found = [];
    for (const [i, leaf] of leaves.entries()) {
      const index = BigInt(i);
      const verdict = leaf.redacted
        ? effect.redacted(index, fromHex(leaf.redacted))
        : await effect.judge(index, fromHex(leaf));
      found.push(lineOf(index, verdict));
    }
    assert.deepEqual(
      found.map((line) => line.trimEnd()),
      lines,
    );
    assert.equal(hex(await sha256(utf8(found.join('')))), digest);
    assert.deepEqual(Object.fromEntries([...effect.records].map(stateOf)), records);
  });
}

for (const { name, note, named, needed, witnesses, cosigned, time, reached, ...knows } of load(
  'liaison/checkpoints.json',
).cases) {
  test(`checkpoints: ${name}`, async () => {
    const { inForce, set } = await known(knows);
    const checkpoint = parseCheckpoint(utf8(note));
    const { authority } = parseOrigin(checkpoint.origin);
    const version = named
      .map((hash) => inForce.version(hash))
      .filter(Boolean)
      .at(-1);
    if (!version) return assert.deepEqual([needed, reached], [null, false]);
    const quorum = plain(await quorumOf(inForce, set, checkpoint, authority, version));
    const found = { needed: quorum.needed, witnesses: quorum.witnesses, cosigned: quorum.cosigned };
    assert.deepEqual(found, { needed, witnesses, cosigned });
    assert.deepEqual([quorum.time, quorum.reached], [time, reached]);
  });
}
