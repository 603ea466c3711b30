// One record of every kind, from the examples of the descriptions.
import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EXAMPLES = fileURLToPath(new URL('../../protocol/records/examples/', import.meta.url));
// What the secretariat alone may publish.
const OF_SECRETARIAT = ['indicator', 'notice', 'standard', 'study'];

// Publishes the examples, each changed by `change`; gives their references.
export async function publishExamples(network, change = (content) => content) {
  // It goes with the network.
  const folder = await mkdtemp(join(network.folder, 'records-'));
  const [member] = network.authorities;
  const files = { [member]: [], COE: [] };
  const references = [];
  for (const name of (await readdir(EXAMPLES)).filter((one) => one.endsWith('.json'))) {
    const [kind, ...slug] = name.replace(/\.json$/, '').split('.');
    const authority = OF_SECRETARIAT.includes(kind) ? 'COE' : member;
    const reference = `${authority}/${kind}/${slug.join('.')}`;
    const file = join(folder, name);
    // The sample network has some of them; then the version that is replaced is noted beside the file.
    await network.liaison(authority, 'get', reference, '-o', file).catch(() => {});
    const content = JSON.parse(await readFile(join(EXAMPLES, name), 'utf8'));
    await writeFile(file, JSON.stringify(change(content, kind)));
    files[authority].push(file);
    references.push(reference);
  }
  for (const [authority, own] of Object.entries(files)) await network.publish(authority, own, '--wait', 'witnessed');
  return references;
}
