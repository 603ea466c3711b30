// A sample network of real nodes on this machine, which ends with the test that started it.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const run = promisify(execFile);
export const BINARY = resolve(process.env.LIAISON ?? fileURLToPath(new URL('../../target/release/liaison', import.meta.url)));
const READY_WITHIN = 120_000;

export async function startNetwork({ nodes = 3 } = {}) {
  const home = await mkdtemp(join(tmpdir(), 'liaison-browser-'));
  const folder = join(home, 'network');
  const stops = [];
  // The nodes end when the demo has; they may still be writing their last lines.
  const stop = async () => {
    for (const one of stops) await one();
    await rm(home, { recursive: true, maxRetries: 20, retryDelay: 200 });
  };
  try {
    const demo = spawn(BINARY, ['demo', '--json', '--nodes', String(nodes), '--data', folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(demo, 'spawn');
    const ended = once(demo, 'close');
    stops.push(() => demo.kill('SIGTERM') && ended);
    const guard = endsWithUs(demo);
    stops.push(() => guard.stdin.end('\n'));
    return new Network({ ...(await ready(demo)), folder, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

// However this process ends, a pipe from it is closed: then the demo is ended, and with it its nodes. A line is the
// word that nothing needs to be ended any more.
function endsWithUs({ pid }) {
  return spawn('sh', ['-c', 'read -r line || kill "$1"', 'guard', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
}

// The line that says that the network is ready.
async function ready(demo) {
  const lines = createInterface({ input: demo.stdout });
  const late = setTimeout(() => demo.kill('SIGTERM'), READY_WITHIN);
  try {
    for await (const line of lines) return JSON.parse(line);
  } finally {
    clearTimeout(late);
    demo.stdout.resume();
  }
  throw new Error('the sample network did not start');
}

export class Network {
  constructor({ console, network, bundle, authorities, folder, stop }) {
    Object.assign(this, { console, id: network, bundle, authorities, folder, stop });
  }

  // Where the node of an authority listens for commands.
  async socket(authority) {
    const settings = await readFile(join(this.folder, authority, 'node.toml'), 'utf8');
    return JSON.parse(/^socket = (".*")$/m.exec(settings)[1]);
  }

  // Runs a command at the node of an authority and gives what it answers.
  async liaison(authority, ...words) {
    const at = ['-N', await this.socket(authority), '--json', '--yes'];
    const { stdout } = await run(BINARY, [...at, ...words], this.surroundings());
    return stdout.trim() === '' ? null : JSON.parse(stdout);
  }

  // Where commands run. No setting of whoever runs the tests counts.
  surroundings() {
    return { cwd: this.folder, env: { PATH: process.env.PATH, HOME: this.folder }, maxBuffer: 64 << 20 };
  }

  // Publishes files of records for an authority, by the key of its administrator.
  publish(authority, files, ...options) {
    const own = (name) => join(this.folder, authority, name);
    const key = ['--key', own('keys/administrator.age'), '--passphrase-file', own('passphrase')];
    return this.liaison(authority, 'publish', ...files, ...key, ...options);
  }

  // A token for the console of the first authority.
  async token(role) {
    const { text, token } = await this.liaison(this.authorities[0], 'token', 'new', role, '--label', 'browser tests');
    return { text, id: token.id };
  }
}
