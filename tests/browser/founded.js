// A network founded with the commands of the ceremony, so that a test holds every key of it, those that are kept
// offline too: a State, FR, with two administrators, `ana` and `ben`, and the secretariat, COE, with one.
import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BINARY, Network, run } from './network.js';

const COUNCIL = ['c1', 'c2', 'c3', 'c4'];
const ADMINISTRATORS = { FR: ['ana', 'ben'], COE: ['ana'] };
const PASS = '--passphrase-file pass';
const LISTEN = '--listen /ip4/127.0.0.1/udp/0/quic-v1 --listen /ip4/127.0.0.1/tcp/0 --api-listen 127.0.0.1:0';
const STANDING = { FR: '', COE: '--standing secretariat --charter version-2.charter' };

export async function foundNetwork() {
  const folder = await mkdtemp(join(tmpdir(), 'liaison-founded-'));
  const network = new Founded(folder);
  try {
    await network.found();
    await network.start();
    return network;
  } catch (error) {
    await network.stop();
    throw error;
  }
}

class Founded extends Network {
  constructor(folder) {
    super({ authorities: Object.keys(ADMINISTRATORS), folder });
    this.nodes = [];
    this.stop = async () => {
      for (const node of this.nodes) await node.stop();
      await rm(folder, { recursive: true, maxRetries: 20, retryDelay: 200 });
    };
  }

  // Runs a command that needs no node; its words are divided by spaces.
  async offline(line) {
    const { stdout } = await run(BINARY, ['--yes', '--json', ...line.split(' ').filter(Boolean)], this.surroundings());
    return stdout.trim() === '' ? null : JSON.parse(stdout);
  }

  // Gives the network its charter, and each authority its keys, its grant and its node's folder.
  async found() {
    await writeFile(join(this.folder, 'pass'), 'sample\n', { mode: 0o600 });
    for (const key of COUNCIL) await this.offline(`key new ${key} --sample ${PASS}`);
    const council = COUNCIL.map((key) => `${key}.pub`).join(' ');
    await this.offline(`network init --name SAMPLE --prefix sample.policenet.example --council ${council}`);
    await this.council('network.charter');
    for (const code of this.authorities) {
      await this.enter(code);
      await this.offline(`network propose admit ${code}.grant --witness ${STANDING[code]}`);
    }
    await this.council('version-2.charter');
    await this.offline('network apply version-2.charter --charter network.charter');
    for (const code of this.authorities) {
      await copyFile(join(this.folder, 'network.charter'), join(this.folder, code, 'network.charter'));
    }
  }

  // All that an authority does before the council admits it.
  async enter(code) {
    await this.offline(`node init ${code} --charter network.charter -o ${code} ${LISTEN} --sample ${PASS}`);
    await this.offline(`key new ${code}-root --sample ${PASS}`);
    for (const name of ADMINISTRATORS[code]) await this.administratorKey(code, name);
    const administrators = ADMINISTRATORS[code].map((name) => `--administrator ${code}-${name}.pub`).join(' ');
    await this.offline(`mandate grant ${code}/${code}.request --root ${code}-root.age ${administrators} ${PASS}`);
  }

  administratorKey(code, name) {
    const asks = `--for administrator --authority ${code} --charter network.charter`;
    return this.offline(`key new ${code}-${name} ${asks} --sample ${PASS}`);
  }

  // As many members of the council sign as are needed.
  async council(proposal) {
    for (const key of COUNCIL.slice(1)) await this.offline(`network sign ${proposal} --key ${key}.age ${PASS}`);
  }

  // The root key of FR makes a file of statements, which FR's node takes in.
  async rootSays(line) {
    const file = join(this.folder, `${++this.statements}.statements`);
    await this.offline(`mandate ${line} --root FR-root.age -o ${file} ${PASS}`);
    await this.liaison('FR', 'mandate', 'import', file);
  }

  statements = 0;

  async start() {
    for (const code of this.authorities) {
      const [first] = this.nodes;
      this.nodes.push(await startNode(join(this.folder, code), first?.addresses ?? []));
    }
    const [{ https, folder }] = this.nodes;
    const certificate = new X509Certificate(await readFile(join(folder, 'state/tls.pem')));
    const fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
    this.console = { address: `https://${https}/`, fingerprint };
    this.console.token = (await this.token('operator')).text;
  }

  socket(authority) {
    return this.nodes[this.authorities.indexOf(authority)].socket;
  }

  // Who signs a command at a node.
  by(code, name) {
    return ['--key', `${code}-${name}.age`, ...PASS.split(' ')];
  }
}

// A node that ends when the pipe to it is closed, however this process ends.
async function startNode(folder, bootstrap) {
  await mkdir(join(folder, 'run'));
  const log = await open(join(folder, 'node.log'), 'w');
  const node = spawn(
    BINARY,
    ['node', 'run', '--ready', '--while-stdin-open', '--config', join(folder, 'node.toml')],
    {
      stdio: ['pipe', 'pipe', log.fd],
      env: { HOME: folder, RUNTIME_DIRECTORY: join(folder, 'run'), LIAISON_BOOTSTRAP: bootstrap.join(',') },
    },
  );
  const ended = once(node, 'close');
  await log.close();
  for await (const line of createInterface({ input: node.stdout })) {
    node.stdout.resume();
    const stop = () => {
      node.stdin.end();
      return ended;
    };
    return { ...JSON.parse(line), folder, stop };
  }
  throw new Error(`the node in ${folder} did not start: ${await readFile(join(folder, 'node.log'), 'utf8')}`);
}
