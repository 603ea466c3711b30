// Compares this verifier with the binary on bundles that are mutated, or signed anew by the sample keys (`signed` in
// place of a bundle):
//   node tests/javascript/compare.js BINARY [COUNT] [SEED] [signed | BUNDLE NETWORK]
// Prints each disagreement with its seed, and exits 1 when there is one. A process a mutation, on all processors: a
// thousand take some ten seconds.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { fromHex } from '../../node/console/verify/bytes.js';
import { verify } from '../../node/console/verify/verify.js';
import { forge } from './forge.js';
import { mutate } from './mutate.js';
import { beQuick } from './quick.js';
import { load, plain } from './vectors.js';

const [binary, count = '300', first = '1', file, network] = process.argv.slice(2);
const signed = file === 'signed';
const bundles =
  file && !signed
    ? [{ bytes: new Uint8Array(readFileSync(file)), network }]
    : load('liaison/bundles.json').cases.map((one) => ({ bytes: fromHex(one.bundle), network: one.trusted_network }));

function binarySays({ bytes, network: trusted }, path) {
  writeFileSync(path, bytes);
  const { stdout, status } = spawnSync(binary, ['verify', path, '--json', ...(trusted ? ['--network', trusted] : [])]);
  const answer = stdout.length > 0 ? JSON.parse(stdout) : { outcome: `exit ${status}` };
  const said = answer.broken ? `invalid: ${answer.broken.link}` : answer.outcome;
  return { said, why: answer.broken?.cause, proven: comparable(answer.report) };
}

async function pageSays({ bytes, network: trusted }) {
  const { outcome, link, reason, report } = await verify(bytes, { network: trusted });
  return { said: link ? `${outcome}: ${link}` : outcome, why: reason, proven: comparable(report && plain(report)) };
}

// A report as one text. What a statement says, and what is not proven, is words for people in one of the two.
function comparable(report) {
  if (!report) return '';
  const entry = report.entry.type === 'statement' ? 'statement' : report.entry;
  return JSON.stringify(sorted({ ...report, entry, not_proven: undefined }));
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

async function compare(seed, path) {
  const source = bundles[seed % bundles.length];
  const mutated = signed ? await forge(seed) : { ...source, bytes: mutate(source.bytes, seed) };
  const [theirs, ours] = [binarySays(mutated, path), await pageSays(mutated)];
  if (theirs.said === ours.said && theirs.proven === ours.proven) return { said: theirs.said };
  const binarys = `seed ${seed}: the binary says ‘${theirs.said}’ (${theirs.why ?? theirs.proven})`;
  return { said: theirs.said, differs: `${binarys}\n  this verifier ‘${ours.said}’ (${ours.why ?? ours.proven})` };
}

// Each thread takes every so many-th seed.
async function work({ number, threads }) {
  beQuick();
  const folder = mkdtempSync(join(tmpdir(), 'liaison-compare-'));
  const end = Number(first) + Number(count);
  for (let seed = Number(first) + number; seed < end; seed += threads) {
    parentPort.postMessage(await compare(seed, join(folder, 'mutated.liaison')));
  }
  rmSync(folder, { recursive: true });
}

async function share() {
  const threads = cpus().length;
  const tally = new Map();
  let differ = 0;
  const run = (number) =>
    new Promise((done, failed) => {
      const worker = new Worker(new URL(import.meta.url), {
        argv: process.argv.slice(2),
        workerData: { number, threads },
      });
      worker.on('message', ({ said, differs }) => {
        tally.set(said, (tally.get(said) ?? 0) + 1);
        if (!differs) return;
        differ++;
        console.log(differs);
      });
      worker.on('error', failed);
      worker.on('exit', done);
    });
  await Promise.all(Array.from({ length: threads }, (_, number) => run(number)));
  console.log(`seeds ${first} to ${Number(first) + Number(count) - 1}: ${differ} of ${count} differ`);
  console.log([...tally].map(([said, times]) => `${times} ${said}`).join(', '));
  process.exitCode = differ > 0 ? 1 : 0;
}

await (isMainThread ? share() : work(workerData));
