// Compares this verifier with the binary on bundles that are mutated, or signed anew by the sample keys (`signed` in
// place of a bundle):
//   node tests/javascript/compare.js BINARY [COUNT] [SEED] [signed | BUNDLE NETWORK]
// Prints each disagreement with its seed, and exits 1 when there is one. On all processors; the binary is asked for many
// at once.
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

const BATCH = 500;

// What the binary says of each of them: a line of JSON a file, in their order.
function binarySays(mutated, folder) {
  const answers = [];
  for (const trusted of new Set(mutated.map(({ network }) => network))) {
    const group = mutated.filter(({ network }) => network === trusted);
    const paths = group.map(({ bytes, seed }) => {
      const path = join(folder, `${seed}.liaison`);
      writeFileSync(path, bytes);
      return path;
    });
    const trust = trusted ? ['--network', trusted] : [];
    const { stdout } = spawnSync(binary, ['verify', '--json', ...trust, ...paths], { maxBuffer: 1 << 28 });
    const lines = stdout.toString().trimEnd().split('\n');
    if (lines.length !== group.length) throw new Error(`${group.length} files and ${lines.length} answers`);
    group.forEach(({ seed }, index) => answers.push([seed, JSON.parse(lines[index])]));
  }
  return new Map(answers.map(([seed, answer]) => [seed, said(answer)]));
}

// Of what a mutation left as another file than a bundle, the binary says what it is in place of the link.
const ANOTHER_FILE = /: it is [\w -]+; a bundle, a tlog-proof or evidence can be verified$/;

function said(answer) {
  const isAnother = ANOTHER_FILE.test(answer.error?.message);
  const outcome = isAnother ? 'invalid: file' : (answer.outcome ?? `exit ${answer.error.exit}`);
  return {
    said: answer.broken ? `invalid: ${answer.broken.link}` : outcome,
    why: answer.broken?.cause ?? answer.error?.message,
    proven: comparable(answer.report),
  };
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

async function changed(seed) {
  const source = bundles[seed % bundles.length];
  const bundle = signed ? await forge(seed) : { ...source, bytes: mutate(source.bytes, seed) };
  return { ...bundle, seed };
}

async function compare(mutated, theirs) {
  const ours = await pageSays(mutated);
  if (theirs.said === ours.said && theirs.proven === ours.proven) return { said: theirs.said };
  const binarys = `seed ${mutated.seed}: the binary says ‘${theirs.said}’ (${theirs.why ?? theirs.proven})`;
  return { said: theirs.said, differs: `${binarys}\n  this verifier ‘${ours.said}’ (${ours.why ?? ours.proven})` };
}

// Each thread takes every so many-th seed.
async function work({ number, threads }) {
  beQuick();
  const end = Number(first) + Number(count);
  const seeds = [];
  for (let seed = Number(first) + number; seed < end; seed += threads) seeds.push(seed);
  while (seeds.length > 0) {
    const folder = mkdtempSync(join(tmpdir(), 'liaison-compare-'));
    const batch = await Promise.all(seeds.splice(0, BATCH).map(changed));
    const theirs = binarySays(batch, folder);
    rmSync(folder, { recursive: true });
    for (const mutated of batch) parentPort.postMessage(await compare(mutated, theirs.get(mutated.seed)));
  }
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
