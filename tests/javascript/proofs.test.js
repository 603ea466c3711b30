import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, hex, utf8 } from '../../node/console/verify/bytes.js';
import { readEvidence } from '../../node/console/verify/evidence.js';
import { must, orNull } from '../../node/console/verify/fault.js';
import { LOG, signaturesBy } from '../../node/console/verify/notes.js';
import { checkInclusion, parseTlogProof } from '../../node/console/verify/tlog-proof.js';
import { verify } from '../../node/console/verify/verify.js';
import { known, load, passes, plain } from './vectors.js';

for (const { name, bundle, trusted_network, anchor, outcome, report } of load('liaison/bundles.json').cases) {
  test(`bundles: ${name}`, async () => {
    const anchors = anchor ? [{ hash: anchor }] : [];
    const found = await verify(fromHex(bundle), { network: trusted_network, anchors });
    assert.equal(found.link ? `${found.outcome}: ${found.link}` : found.outcome, outcome, found.reason);
    if (!report) return;
    const proven = plain(found.report);
    // What a statement says is a sentence for people there, and data here.
    if (proven.entry.type === 'statement') proven.entry = report.entry;
    assert.deepEqual(proven, report);
  });
}

for (const { name, evidence, proves, ...knows } of load('liaison/evidence.json').cases) {
  test(`evidence: ${name}`, async () => {
    const { inForce, held } = await known(knows);
    const found = await orNull(() => readEvidence(fromHex(evidence), inForce, [...inForce.carried, ...held]));
    assert.equal(found?.sort ?? 'nothing', proves);
  });
}

for (const { name, proof, leaf, log_key, valid, index, extra } of load('liaison/tlog-proofs.json').cases) {
  test(`tlog-proofs: ${name}`, async () => {
    const check = async () => {
      const found = parseTlogProof(utf8(proof));
      await checkInclusion(found, fromHex(leaf));
      const { checkpoint } = found;
      const signed = await signaturesBy(checkpoint, { name: checkpoint.origin, type: LOG, key: fromHex(log_key) });
      must(signed.length > 0, 'not signed by the log');
      return found;
    };
    assert.equal(await passes(check), valid);
    if (!valid) return;
    const found = await check();
    assert.deepEqual([Number(found.index), found.extra && hex(found.extra)], [index, extra]);
  });
}
