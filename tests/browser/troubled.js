// What a network holds after a key of an administrator fell into other hands: versions that are disputed or void, a
// record that was withdrawn, and an inbox in which something of almost every sort waits.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EXAMPLES = fileURLToPath(new URL('../../protocol/records/examples/', import.meta.url));
// Withdrawn in the end, with versions of all sorts before.
const LOST = 'practice/patrol';
// As it stands it was signed by the key that was lost.
const DOUBTED = 'practice/boats';
const PATIENCE = 60_000;

// Gives the records and the entries of note, as paths of the console.
export async function trouble(network) {
  await loseKey(network);
  const history = await goOn(network);
  await fillInbox(network);
  const { authorities } = await network.liaison('FR', 'node', 'status');
  const log = authorities.find(({ authority }) => authority === 'FR').origin_hash;
  const entry = ({ index }) => `/entries/${log}/${index}`;
  return {
    withdrawn: `/records/FR/${LOST}`,
    doubted: `/records/FR/${DOUBTED}`,
    void: entry(history.void[0]),
    disputed: entry(history.versions.find(({ disputed }) => disputed)),
  };
}

const practice = (title, about = {}) => ({
  about: { language: 'en', ...about },
  title: { en: title, fr: `${title} (fr)` },
  category: 'practice',
});

// Writes a record to a file of a name of its own.
async function put(network, record, content) {
  const file = join(network.folder, `${record.replace('/', '.')}.json`);
  await writeFile(file, JSON.stringify(content));
  return file;
}

// The newest version of a record, as the option `--previous` takes it.
async function newest(network, code, record) {
  const found = await network.liaison(code, 'get', `${code}/${record}`).catch(() => null);
  return found ? `${found.previous.epoch}.${found.previous.index}` : 'none';
}

async function publish(network, code, name, record, content, ...how) {
  const file = await put(network, record, content);
  const previous = await newest(network, code, record);
  return network.liaison(code, 'publish', file, '--previous', previous, ...network.by(code, name), ...how);
}

// The root key says from where on what ana signed is disputed, and up to where it counts at all. What was based on what
// does not count falls with it.
async function loseKey(network) {
  await publish(network, 'FR', 'ana', LOST, practice('Patrols on foot'));
  await publish(network, 'FR', 'ana', LOST, practice('Patrols by bicycle'));
  const [, since] = (await newest(network, 'FR', LOST)).split('.');
  await publish(network, 'FR', 'ana', DOUBTED, practice('Boats'), '--wait', 'witnessed');
  const { note } = await network.liaison('FR', 'log', 'head', 'FR');
  await writeFile(join(network.folder, 'fr.checkpoint'), note);
  await publish(network, 'FR', 'ana', LOST, practice('Patrols by car'));
  await publish(network, 'FR', 'ben', LOST, practice('Patrols by car and by night'));
  await network.rootSays(`revoke FR-ana.pub --at fr.checkpoint --compromised --since ${since}`);
}

// The other administrator goes on from the last version that counts, and gives the record up in the end. Gives what
// became of all that was signed.
async function goOn(network) {
  const history = () => network.liaison('FR', 'history', `FR/${LOST}`);
  await until(async () => (await history()).void.length === 2);
  await publish(network, 'FR', 'ben', LOST, practice('Patrols on foot again'));
  await network.liaison('FR', 'withdraw', `FR/${LOST}`, ...network.by('FR', 'ben'));
  return history();
}

// A key that ends soon, an update to be signed by a second administrator, a draft, a record to be looked at again, and
// what the secretariat asks and suggests.
async function fillInbox(network) {
  const long = { reviewed_at: '2020-01-31', review_months: 12 };
  await publish(network, 'FR', 'ben', 'practice/telex', practice('Telex', long));
  await network.administratorKey('FR', 'cat');
  const rule = '--rule practice=2 --valid-days 10 --charter network.charter';
  await network.rootSays(`grant --administrator FR-cat.pub --function desk ${rule}`);
  await until(async () => {
    const { mandates } = await network.liaison('FR', 'mandate', 'list');
    return mandates.some((mandate) => mandate.function === 'desk');
  });
  await publish(network, 'FR', 'ben', 'practice/horses', practice('Horses'));
  const draft = await put(network, 'practice/drones', practice('Drones'));
  const { id } = await network.liaison('FR', 'draft', 'new', draft);
  await network.liaison('FR', 'draft', 'submit', id);
  for (const [name, change] of Object.entries(ASKED)) {
    const content = JSON.parse(await readFile(join(EXAMPLES, `${name}.json`), 'utf8'));
    const [kind, slug] = name.split('.');
    await publish(network, 'COE', 'ana', `${kind}/${slug}`, { ...content, ...change });
  }
  await until(async () => (await network.liaison('FR', 'inbox')).items.length >= 6);
}

// Examples that the secretariat publishes, made out to FR.
const ASKED = {
  'study.custody-records': { addressees: ['FR'] },
  'suggestion.s9u8g7g6e5s4t3i2o1n0': { authority: 'FR' },
};

async function until(holds) {
  for (const late = Date.now() + PATIENCE; Date.now() < late; ) {
    const found = await holds();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`it did not come to this: ${holds}`);
}
