// Bundles of the sample network signed anew: logs, charters and statements drawn at random, many of which break a rule
// behind good signatures. The sample keys follow from their names (see the vectors' README).
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { base64, bigEndian, concat, fromHex, hex, utf8 } from '../../node/console/verify/bytes.js';
import { signedBytes } from '../../node/console/verify/dsse.js';
import { sha256 } from '../../node/console/verify/hash.js';
import { Action, Audience, Role } from '../../node/console/verify/schema.js';
import { leafHash, rootOf } from '../../node/console/verify/trees.js';
import { payloadDigest } from '../../node/console/verify/update.js';
import { decode, encode } from '../../node/console/verify/wire.js';
import { random } from './mutate.js';
import { load } from './vectors.js';

const START = 1800000000000n;
const FROM = 1799222400000n;
const UNTIL = 1831536000000n;
const keys = new Map();

export function key(name) {
  if (!keys.has(name)) {
    const seed = createHash('sha256').update(`liaison sample key ${name}`).digest();
    const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
    const secret = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    const der = createPublicKey(secret).export({ format: 'der', type: 'spki' });
    const bytes = concat(Uint8Array.of(1), new Uint8Array(der.subarray(12)));
    const id = new Uint8Array(createHash('sha256').update(bytes).digest());
    keys.set(name, { secret, bytes, id });
  }
  return keys.get(name);
}

const signature = (name, message) => new Uint8Array(sign(null, message, key(name).secret));

// An envelope of `message` signed by the keys of these names; a name with `!` signs wrongly.
export function seal(message, value, ...names) {
  const body = encode(message, value);
  const signatures = names.map((name) => {
    const good = signature(name.replace('!', ''), signedBytes(message, body));
    if (name.endsWith('!')) good[3] ^= 1;
    return { key_id: key(name.replace('!', '')).id, signature: good };
  });
  return { body, signatures };
}

export function mandate(world, authority, serial, role, name, more = {}) {
  const origin = [Role.log, Role.administrator].includes(role) ? (more.origin ?? world.origin) : '';
  const message = { network: world.network, authority, serial: BigInt(serial), origin };
  const proof = { network: world.network, authority, origin, role, key: key(name).bytes };
  const possession =
    role === Role.sealing ? undefined : signature(name, signedBytes('Possession', encode('Possession', proof)));
  const { from = FROM, until = UNTIL, scope = [], root = `${authority} root` } = more;
  message.mandate = {
    key: key(name).bytes,
    role,
    scope,
    not_before: from,
    not_after: until,
    function: name,
    possession,
  };
  return seal('Statement', message, root);
}

export const statement = (world, authority, serial, content, { root = `${authority} root`, origin = '' } = {}) =>
  seal('Statement', { network: world.network, authority, serial: BigInt(serial), origin, ...content }, root);

async function inclusion(hashes, index) {
  if (hashes.length <= 1) return [];
  const split = 2 ** Math.floor(Math.log2(hashes.length - 1));
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return index < split
    ? [...(await inclusion(left, index)), await rootOf(right)]
    : [...(await inclusion(right, index - split)), await rootOf(left)];
}

async function line(name, type, keyName, message, time) {
  const hash = (await sha256(utf8(name), Uint8Array.of(10, type), key(keyName).bytes.subarray(1))).subarray(0, 4);
  const stamp = time === undefined ? new Uint8Array() : bigEndian(time, 8);
  return `— ${name} ${base64(concat(hash, stamp, signature(keyName, message)))}\n`;
}

// A note over the first `size` hashes, by the log key and these cosigners, `[authority, key name, seconds]`.
async function checkpoint(world, hashes, size, logKey, cosigners) {
  const text = `${world.origin}\n${size}\n${base64(await rootOf(hashes.slice(0, size)))}\n`;
  let note = `${text}\n${await line(world.origin, 1, logKey, utf8(text))}`;
  for (const [authority, name, time] of cosigners) {
    const witness = `${world.prefix}/${authority.toLowerCase()}/witness`;
    note += await line(witness, 4, name, utf8(`cosignature/v1\ntime ${time}\n${text}`), time);
  }
  return utf8(note);
}

export async function forge(seed) {
  const pick = random(seed);
  const of = (list) => list[pick(list.length)];
  const rarely = (times = 8) => pick(times) === 0;
  const world = await begin(pick);
  const charters = await succeed(world, pick);
  const log = await fill(world, charters, pick);
  const beside = await statements(world, log, pick);
  const { leaves } = log;
  const hashes = await Promise.all(leaves.map(({ leaf }) => leafHash(leaf)));
  const size = leaves.length - pick(2);
  const shown = leaves.map((entry, index) => ({ ...entry, index })).filter(({ index }) => index < size);
  const updates = shown.filter(({ sort }) => sort === 'update');
  const proven = updates.length > 0 && !rarely(6) ? of(updates) : of(shown);
  const place = async ({ index, leaf }) => ({
    index: BigInt(index),
    leaf,
    proof: await inclusion(hashes.slice(0, size), index),
  });
  const context = shown.filter((entry) => entry !== proven && (entry.sort !== 'update' || rarely(40)) && !rarely(40));
  const last = START / 1000n + BigInt(size);
  const witnesses = world.authorities.filter((code) => code !== 'FR' && !rarely(5));
  const cosigners = witnesses.map((code) => [code, cosigner(world, code, pick), last + BigInt(pick(3))]);
  if (rarely(20)) cosigners.push(['FR', 'FR cosigner', last]);
  if (rarely(20)) cosigners.push(['DE', 'DE other cosigner', last]);
  const earlier = pick(proven.index + 2);
  const before = rarely(2) ? await checkpoint(world, hashes, earlier, 'FR log', cosigners) : new Uint8Array();
  const payloads = proven.payloads?.filter(() => !rarely()) ?? [];
  const bundle = {
    format: 1,
    charters: charters.map(({ envelope }) => envelope),
    statements: beside,
    checkpoint: await checkpoint(world, hashes, size, rarely(20) ? 'FR second log' : log.key(size), cosigners),
    entry: await place(proven),
    context: await Promise.all(context.map(place)),
    payloads: payloads.map((one) => (rarely() ? { change: one.change, erased: true } : one)),
    before,
    whole: true,
  };
  return { bytes: encode('Bundle', bundle), network: hex(world.network) };
}

const cosigner = (world, code, pick) => (pick(15) === 0 ? `${code} other cosigner` : `${code} cosigner`);

// The two versions that all bundles of the vectors begin with.
async function begin() {
  const { bundle } = load('liaison/bundles.json').cases[0];
  const versions = decode('Bundle', fromHex(bundle)).charters;
  const network = await sha256(versions[0].body);
  const prefix = `policenet.example/${hex(network).slice(0, 32)}`;
  return { versions, network, prefix, origin: `${prefix}/fr/1`, authorities: ['COE', 'DE', 'FR', 'IT'] };
}

// None, one or two more versions, each with a change.
async function succeed(world, pick) {
  const charters = [];
  for (const envelope of world.versions) {
    charters.push({ envelope, hash: await sha256(envelope.body), message: decode('Charter', envelope.body) });
  }
  for (let more = Math.max(0, pick(4) - 1); more > 0; more--) {
    const before = charters.at(-1);
    const message = decode('Charter', before.envelope.body);
    Object.assign(message, { version: message.version + 1n, previous: before.hash, round: pick(2) });
    message.authorities.forEach((authority) => (authority.statements = []));
    for (let changes = pick(3); changes > 0; changes--) alter(world, message, before.message, pick);
    const signers = [0, 1, 2, 3].map((n) => `council ${n}`).slice(0, pick(25) === 0 ? 2 : 3 + pick(2));
    if (pick(30) === 0) signers.push('council 9');
    if (pick(40) === 0) signers[0] += '!';
    const envelope = seal('Charter', message, ...signers);
    charters.push({ envelope, hash: await sha256(envelope.body), message });
  }
  return charters;
}

function alter(world, message, before, pick) {
  const at = pick(message.authorities.length);
  const authority = message.authorities[at];
  const log = `${world.prefix}/${authority.code.toLowerCase()}/${authority.epoch}`;
  const position = () => ({
    origin: pick(15) === 0 ? world.origin : log,
    size: BigInt(1 + pick(12)),
    root: new Uint8Array(32).fill(7),
  });
  const changes = [
    () => Object.assign(authority, { condition: 1 + pick(2), lowered_at: pick(10) === 0 ? undefined : position() }),
    () => Object.assign(authority, { standing: 1 + pick(4), lowered_at: pick(2) === 0 ? undefined : position() }),
    () => (authority.witness = !authority.witness),
    () => message.orders.push({ origin: world.origin, index: BigInt(pick(12)), change: 0, measure: 1 + pick(2) }),
    () => newRoot(world, authority, before.authorities[at], pick),
    () => (message.format_level = pick(10) === 0 ? 2 : 1),
    () => (message.name = 'x'.repeat(pick(9) === 0 ? 201 : 200)),
    () => (authority.condition = 0),
  ];
  changes[pick(changes.length)]();
}

function newRoot(world, authority, before, pick) {
  if (authority.root_changes.length > before.root_changes.length) return;
  const old = `${authority.code} root`;
  const name = pick(8) === 0 ? old : `${authority.code} new root`;
  authority.epoch = before.epoch + (pick(4) === 0 ? 1 : 0);
  authority.root = key(name).bytes;
  const kept = [];
  const from_size = authority.epoch > before.epoch ? 0n : BigInt(pick(10));
  const rotation = {
    network: world.network,
    authority: authority.code,
    epoch: authority.epoch,
    root: authority.root,
    from_size,
    kept,
  };
  const signed =
    pick(10) > 0 ? signature(old, signedBytes('RootRotation', encode('RootRotation', rotation))) : undefined;
  authority.root_changes.push({
    previous_root: key(old).bytes,
    previous_epoch: before.epoch,
    epoch: authority.epoch,
    from_size,
    signature: signed,
    kept,
  });
  if (pick(2) === 0 || authority.epoch > before.epoch) {
    const origin = `${world.prefix}/${authority.code.toLowerCase()}/${authority.epoch}`;
    const roles = [
      ['log', 1],
      ['cosigner', 2],
      ['node', 3],
    ];
    authority.statements = roles.map(([role, number], i) =>
      mandate(world, authority.code, 20 + i, number, `${authority.code} ${role}`, { root: name, origin }),
    );
  }
}

// The log: a mandate of the log key, a naming, then what comes.
async function fill(world, charters, pick) {
  const rarely = (times = 8) => pick(times) === 0;
  const leaves = [];
  const logKeys = [];
  let time = START;
  const push = (sort, content, more) => {
    time += rarely(60) ? -2000n : BigInt(pick(2000));
    leaves.push({ sort, leaf: encode('Entry', { sequenced_at: time, ...content }), ...more });
  };
  const say = (envelope) => push('statement', { statement: envelope });
  const name = (hash) => push('naming', { charter: { hash } });
  logKeys.push({ from: 0, name: 'FR log' });
  if (rarely(40)) say(mandate(world, 'FR', 4, Role.administrator, 'FR administrator'));
  say(mandate(world, 'FR', 1, Role.log, 'FR log', rarely(30) ? { until: START + BigInt(pick(9000)) } : {}));
  name(charters[1 + pick(Math.min(2, charters.length - 1))].hash);
  const root = () => (rarely(20) ? 'FR new root' : 'FR root');
  if (!rarely(15)) {
    const scope = rarely(3) ? [{ kind: pick(2) ? 'practice' : '', action: pick(5) }] : [];
    const ends = rarely(10) ? { until: START + BigInt(pick(9000)) } : {};
    say(mandate(world, 'FR', 4, Role.administrator, 'FR administrator', { scope, ...ends, root: root() }));
  }
  const contents = [
    () =>
      say(
        mandate(
          world,
          'FR',
          5 + pick(3),
          Role.administrator,
          ['FR second administrator', 'FR log', 'FR node', 'DE root'][pick(4)],
          { root: root() },
        ),
      ),
    () => say(statement(world, 'FR', pick(6), { rules: rules(pick) }, { origin: world.origin, root: root() })),
    () => name(charters[pick(charters.length)].hash),
    () => {
      logKeys.push({ from: leaves.length, name: 'FR next log' });
      say(mandate(world, 'FR', 1 + pick(3), Role.log, 'FR next log', { root: root() }));
    },
    () =>
      say(
        statement(world, rarely() ? 'DE' : 'FR', 9, { revocation: { key_id: key('FR node').id, reason: 1, time: 5n } }),
      ),
    () => say(mandate(world, 'FR', 7, Role.sealing, 'FR sealing')),
    () => push('update', {}, {}),
  ];
  for (let more = pick(4); more > 0; more--) contents[pick(rarely(30) ? contents.length : contents.length - 1)]();
  for (let updates = 1 + pick(2); updates > 0; updates--) {
    const { envelope, payloads } = await update(world, pick);
    push('update', { update: envelope }, { payloads });
  }
  if (rarely(3)) name(charters.at(-1).hash);
  if (rarely(4)) contents[pick(contents.length - 1)]();
  return { leaves, key: (size) => logKeys.filter(({ from }) => from < size).at(-1).name };
}

function rules(pick) {
  const rule = () => ({ kind: pick(2) ? 'practice' : '', action: pick(5), administrators: 1 + pick(2) });
  const hours = pick(3);
  return { rules: Array.from({ length: pick(3) }, rule), ...(hours < 2 ? { quarantine_hours: hours * 700 } : {}) };
}

async function update(world, pick) {
  const payloads = [];
  const changes = [];
  const kinds = ['practice', 'practice', 'practice', 'standard', 'event', 'notice', 'sealed', 'answer', 'unheard'];
  for (let i = 0, count = 1 + pick(3); i < count; i++) {
    const action = pick(3) > 0 ? Action.put : 1 + pick(4);
    const change = { action, record: `${kinds[pick(kinds.length)]}/${'abcd'[i]}` };
    if (pick(2) === 0)
      change.previous = { epoch: 1, index: BigInt(pick(9)), leaf_hash: new Uint8Array(32).fill(pick(3)) };
    if (action === Action.put) {
      const payload = concat(
        new Uint8Array(32),
        encode('Payload', { media_type: 'text/plain', record: utf8('hello') }),
      );
      change.audience = change.record.startsWith('sealed') && pick(4) > 0 ? Audience.RED : 1 + pick(3);
      Object.assign(change, { digest: fromHex(await payloadDigest(payload)), size: BigInt(payload.length) });
      payloads.push({ change: i, payload });
    }
    changes.push(change);
  }
  const signers = ['FR administrator'];
  if (pick(4) === 0) signers.push('FR second administrator');
  if (pick(15) === 0) signers.push('DE administrator');
  if (pick(20) === 0) signers[0] += '!';
  const origin = pick(30) === 0 ? `${world.prefix}/de/1` : world.origin;
  return { envelope: seal('Update', { origin, created_at: START, changes }, ...signers), payloads };
}

// Statements beside the charter's: what the file brings along.
async function statements(world, log, pick) {
  const at = (size) => ({
    origin: world.origin,
    size: BigInt(size),
    root: size > 0 ? new Uint8Array(32).fill(9) : undefined,
  });
  const revoke = (authority, name, more) =>
    statement(world, authority, 30 + pick(5), { revocation: { key_id: key(name).id, ...more } });
  const sorts = [
    () => revoke('FR', pick(2) ? 'FR administrator' : 'FR log', { reason: 1, at: at(pick(12)) }),
    () => revoke('FR', 'FR administrator', { reason: 2, at: at(11), compromised_since: BigInt(pick(12)) }),
    () => revoke('DE', 'DE cosigner', { reason: 1, time: START + BigInt(pick(20000)) }),
    () => mandate(world, 'DE', 9, Role.cosigner, 'DE other cosigner'),
    () => mandate(world, 'IT', 1 + pick(9), Role.node, ['IT cosigner', 'DE cosigner', 'FR administrator'][pick(3)]),
    () => mandate(world, 'FR', 1 + pick(9), [Role.node, Role.cosigner, Role.sealing][pick(3)], 'FR administrator'),
    () => statement(world, 'FR', 40, { order: { origin: world.origin, index: BigInt(pick(9)), measure: 1 + pick(2) } }),
    () => statement(world, 'FR', 41, { cancel: { origin: world.origin, index: BigInt(pick(9)) } }),
    () => mandate(world, 'FR', 4, Role.administrator, 'FR administrator'),
    () =>
      statement(world, 'FR', 42, { order: { origin: world.origin, index: 3n, measure: 1 } }, { root: 'FR new root' }),
  ];
  const held = new Map();
  for (let more = pick(3); more > 0; more--) {
    const envelope = sorts[pick(sorts.length)]();
    held.set(hex(await sha256(envelope.body)), envelope);
  }
  return [...held.values()];
}
