// Whether a charter version may follow another. Specification, section 4.
import { equal, hex } from './bytes.js';
import { isSignedBy, signedBy, verifyDetached } from './dsse.js';
import { must } from './fault.js';
import { keyId } from './keys.js';
import { originOf } from './names.js';
import { Condition, Role } from './schema.js';
import { encode } from './wire.js';

export const threshold = (council) => Math.floor((2 * council.length) / 3) + 1;

export async function checkFirst(version) {
  const charter = version.message;
  must(charter.version === 1n && charter.round === 0, 'the first version is 1, of round 0');
  must(charter.previous.length === 0, 'the first version names one before it');
  must(
    charter.authorities.length === 0 && charter.orders.length === 0,
    'the first version admits nobody and orders nothing',
  );
  await checkSignatures(version, [charter.council]);
}

// `before` and `version` are opened versions, `network` the network id in hex.
export async function checkSuccessor(network, before, version) {
  const [old, now] = [before.message, version.message];
  must(hex(now.previous) === before.hash, 'it names another version before it');
  must(now.version === old.version + 1n, 'its number is not one more');
  must(now.prefix === old.prefix, 'another prefix');
  must(now.format_level >= old.format_level, 'a lower format level');
  must(
    old.orders.every((order, i) => now.orders[i] && same('Order', order, now.orders[i])),
    'an earlier order is missing',
  );
  const listed = new Map(now.authorities.map((authority) => [authority.code, authority]));
  for (const { code } of old.authorities) must(listed.has(code), `${code} is missing`);
  const earlier = new Map(old.authorities.map((authority) => [authority.code, authority]));
  for (const authority of now.authorities) {
    const log = originOf(now.prefix, network, authority.code, authority.epoch);
    await checkAuthority({ network, log, version }, earlier.get(authority.code), authority);
  }
  checkRoots(now, [...old.council, ...now.council]);
  await checkSignatures(version, [old.council, now.council]);
}

// Signed by the threshold of each of the councils and by nobody else.
async function checkSignatures(version, councils) {
  const signers = new Set(signedBy(version));
  for (const council of councils) {
    const ids = await Promise.all(council.map(async (key) => hex(await keyId(key))));
    const present = ids.filter((id) => signers.has(id)).length;
    must(present >= threshold(council), `signed by ${present} of a council of ${council.length}`);
  }
  await checkSigners(version, councils);
}

// That every signature is good, and by a key of one of the councils.
export async function checkSigners(version, councils) {
  const members = new Map();
  for (const key of councils.flat()) members.set(hex(await keyId(key)), key);
  for (const id of signedBy(version)) {
    must(members.has(id), 'signed by somebody who is not of the council');
    must(await isSignedBy(version, members.get(id)), 'a signature is wrong');
  }
}

const same = (message, a, b) => equal(encode(message, a), encode(message, b));

async function checkAuthority(context, before, now) {
  const { code } = now;
  if (!before) {
    must(now.epoch === 1 && now.root_changes.length === 0, `${code} is admitted with a past`);
    must(!now.lowered_at && now.condition === Condition.good, `${code} is admitted in a bad condition`);
    await checkCarried(context, now, true);
    return;
  }
  const changes = now.root_changes.length - before.root_changes.length;
  must(changes === 0 || changes === 1, `${code}: not the earlier root changes and at most one new`);
  const kept = before.root_changes.every((change, i) => same('RootChange', change, now.root_changes[i]));
  must(kept, `${code}: an earlier root change differs`);
  if (changes === 0) {
    must(equal(now.root, before.root) && now.epoch === before.epoch, `${code}: root or epoch changed without a word`);
    must(now.statements.length === 0, `${code}: statements without a new root or epoch`);
  } else {
    await checkRootChange(context, before, now);
    await checkCarried(context, now, now.epoch > before.epoch);
  }
  checkRank(context, before, now);
}

// The statements that an authority carries, the first ones of an epoch among them.
async function checkCarried({ network, log, version }, authority, first) {
  const roles = new Set();
  const own = new Set(authority.statements.map(({ body }) => body));
  for (const envelope of version.statements.filter(({ body }) => own.has(body))) {
    const statement = envelope.message;
    must(hex(statement.network) === network, `${authority.code} carries a statement for another network`);
    must(statement.authority === authority.code, `${authority.code} carries a statement of another authority`);
    must(['', log].includes(statement.origin), `${authority.code} carries a statement for another log`);
    must(
      await isSignedBy(envelope, authority.root),
      `${authority.code} carries a statement that its root did not sign`,
    );
    roles.add(statement.mandate?.role);
  }
  const needed = first ? [Role.log, Role.node, Role.cosigner] : [];
  must(
    needed.every((role) => roles.has(role)),
    `${authority.code} lacks a mandate for log, node or cosigner`,
  );
}

async function checkRootChange({ network }, before, now) {
  const change = now.root_changes.at(-1);
  const { code } = now;
  must(
    equal(change.previous_root, before.root) && change.previous_epoch === before.epoch,
    `${code}: the root change does not continue`,
  );
  must(change.epoch === now.epoch, `${code}: the root change is of another epoch`);
  const signed = change.signature.length > 0;
  const replaced = !equal(now.root, before.root);
  if (now.epoch === before.epoch) {
    must(replaced, `${code}: a new root that is the old one`);
    must(signed, `${code}: a new root in the same epoch that the old one did not sign`);
  } else {
    must(now.epoch === before.epoch + 1 && change.from_size === 0n, `${code}: a new epoch that does not follow`);
    must(replaced || signed, `${code}: a new epoch by nobody`);
  }
  if (!signed) return;
  const rotation = {
    network: Uint8Array.from(network.match(/../g), (pair) => parseInt(pair, 16)),
    authority: code,
    epoch: now.epoch,
    root: now.root,
    from_size: change.from_size,
    kept: change.kept,
  };
  const good = await verifyDetached('RootRotation', rotation, before.root, change.signature);
  must(good, `${code}: the old root did not sign this change`);
}

function checkRank({ log }, before, now) {
  const { code } = now;
  if (now.epoch > before.epoch) {
    must(now.condition === Condition.good && !now.lowered_at, `${code}: a new epoch starts good`);
    return;
  }
  must(
    before.condition !== Condition.withdrawn || now.condition === Condition.withdrawn,
    `${code} comes back within an epoch`,
  );
  const lower = now.standing > before.standing || now.condition > before.condition;
  const equally = now.standing === before.standing && now.condition === before.condition;
  if (lower) {
    must(now.lowered_at?.origin === log, `${code} is lowered at no position of its log`);
  } else if (equally) {
    const [a, b] = [before.lowered_at, now.lowered_at];
    must(a && b ? same('Position', a, b) : !a && !b, `${code}: where it was lowered is not repeated`);
  } else {
    must(!now.lowered_at, `${code} is raised and lowered`);
  }
}

// Root keys are of one authority, of no council, and do not come back.
function checkRoots(charter, council) {
  const taken = new Map(council.map((key) => [hex(key), 'the council']));
  for (const authority of charter.authorities) {
    const roots = [...authority.root_changes.map((change) => change.previous_root), authority.root].map(hex);
    const distinct = roots.filter((root, i) => i === 0 || root !== roots[i - 1]);
    must(new Set(distinct).size === distinct.length, `${authority.code}: a root that was replaced is root again`);
    for (const root of distinct) {
      must(!taken.has(root), `a root of ${authority.code} is a key of ${taken.get(root)} too`);
      taken.set(root, authority.code);
    }
  }
}
