import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, hex } from '../../node/console/verify/bytes.js';
import { readGrant, readRequest } from '../../node/console/verify/ceremony.js';
import { Chain } from '../../node/console/verify/chain.js';
import { readCharter } from '../../node/console/verify/charter.js';
import { orNull } from '../../node/console/verify/fault.js';
import { sha256 } from '../../node/console/verify/hash.js';
import { Role } from '../../node/console/verify/schema.js';
import { StatementSet } from '../../node/console/verify/set.js';
import { openStatement, readStatement } from '../../node/console/verify/statement.js';
import { decode } from '../../node/console/verify/wire.js';
import { mandate, seal } from './forge.js';
import { known, load, passes } from './vectors.js';

async function arrive(chain, bytes) {
  const version = await orNull(() => readCharter(fromHex(bytes)));
  if (!version) return 'unreadable';
  const taken = await orNull(() => chain.take(version));
  if (taken === null) return 'refused';
  return taken ? 'valid' : 'orphan';
}

for (const { name, versions, results, resolve, in_force, network } of load('liaison/charters.json').cases) {
  test(`charters: ${name}`, async () => {
    const chain = new Chain();
    const found = [];
    for (const version of versions) found.push(await arrive(chain, version));
    for (const hash of resolve ?? []) chain.choose(hash);
    assert.deepEqual(found, results);
    assert.deepEqual(
      chain.inForce.map(({ hash }) => hash),
      in_force,
    );
    assert.equal(chain.network ?? '', network ?? '');
  });
}

for (const { name, statement, valid, hash, live, ...knows } of load('liaison/statements.json').cases) {
  test(`statements: ${name}`, async () => {
    const { inForce, held } = await known(knows);
    const take = async () => {
      const taken = await readStatement(fromHex(statement));
      return { taken, set: await StatementSet.of(inForce, [...held, taken]) };
    };
    assert.equal(await passes(take), valid);
    if (!valid) return;
    const { taken, set } = await take();
    assert.equal(taken.hash, hash);
    for (const { authority, role, time, keys } of live) {
      const found = set.live(authority, Role[role], BigInt(time)).map(({ message }) => hex(message.mandate.key));
      assert.deepEqual(found.sort(), keys, `${authority} ${role} at ${time}`);
    }
  });
}

test('a mandate is malformed when the mandated key did not sign for this very role', async () => {
  const world = { network: new Uint8Array(32).fill(1), origin: `example/${'01'.repeat(16)}/fr/1` };
  const good = mandate(world, 'FR', 1, Role.node, 'FR node');
  assert.ok(await passes(() => openStatement(good)));
  const other = decode('Statement', mandate(world, 'FR', 1, Role.cosigner, 'FR node').body);
  const statement = decode('Statement', good.body);
  statement.mandate.possession = other.mandate.possession;
  assert.equal(await passes(() => openStatement(seal('Statement', statement, 'FR root'))), false);
});

for (const { name, sort, bytes, valid, request_hash } of load('liaison/ceremony.json').cases) {
  test(`ceremony: ${name}`, async () => {
    const read = () => (sort === 'request' ? readRequest : readGrant)(fromHex(bytes));
    assert.equal(await passes(read), valid);
    if (!valid) return;
    const named = sort === 'grant' ? (await read()).request : await sha256(fromHex(bytes));
    assert.equal(hex(named), request_hash);
  });
}
