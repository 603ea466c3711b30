import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex } from '../../node/console/verify/bytes.js';
import * as names from '../../node/console/verify/names.js';
import { decode } from '../../node/console/verify/wire.js';
import { load, passes } from './vectors.js';

test('a name is one exactly when the vectors say so', async () => {
  for (const { sort, text, valid, ...parts } of load('liaison/names.json').cases) {
    if (sort === 'authority') assert.equal(names.isAuthority(text), valid, text);
    if (sort === 'record') assert.equal(names.isRecord(text), valid, text);
    if (sort !== 'origin') continue;
    assert.equal(await passes(() => names.parseOrigin(text)), valid, text);
    if (!valid) continue;
    const { authority, epoch } = names.parseOrigin(text);
    const found = { authority, epoch, cosigner: names.cosignerName(text), hash: await names.originHash(text) };
    assert.deepEqual(found, parts, text);
  }
});

test('bytes can be read in one way only exactly when the vectors say so', async () => {
  for (const { name, message, bytes, valid } of load('liaison/wire.json').cases) {
    assert.equal(await passes(() => decode(message, fromHex(bytes))), valid, name);
  }
});
