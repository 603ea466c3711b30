// The answer of the verifier, as elements of the page.
import { notProven } from './report.js';
import { textsOf } from './record.js';
import { digits, element, foreign, time } from './show.js';
import { readPayload } from './update.js';

export function show(found, text) {
  const parts = [outcome(found, text), element('h2', {}, text.chain), chain(found, text)];
  if (found.report) parts.push(element('h2', {}, text.says), saying(found, text));
  if (found.report?.network) {
    parts.push(...content(found, text));
    parts.push(element('h2', {}, text.proves), list(notProven(found.report).map((word) => text.notProven[word])));
  }
  parts.push(element('p', { class: 'actions' }, printButton(text)));
  return parts;
}

function printButton(text) {
  const button = element('button', { type: 'button', class: 'quiet' }, text.print);
  button.addEventListener('click', () => window.print());
  return button;
}

const list = (items) => element('ul', {}, ...items.map((item) => element('li', {}, item)));
const lines = (...items) => items.filter(Boolean).map((item) => element('p', {}, ...[item].flat()));

function outcome({ outcome: word, undecided, file }, text) {
  const about = undecided ? text[`undecided-${undecided}`] : text[`${word}-about`];
  return element(
    'div',
    { class: `outcome ${word}` },
    element('h2', { tabindex: '-1' }, text[word]),
    element('p', {}, about),
    element('p', { class: 'note' }, foreign(file)),
  );
}

function chain({ steps, state }, text) {
  return element(
    'ol',
    { class: 'chain' },
    ...steps.map((step) => {
      const word = asked(step, state) ? step.state : 'not asked';
      const [name, about] = text.links[step.link];
      const marks = { holds: '✓', broken: '✗' };
      return element(
        'li',
        { class: word.replace(' ', '-') },
        element('span', { class: 'name' }, name),
        element('span', { class: 'state' }, `${marks[word] ?? '–'} ${text[word]}`),
        element('span', { class: 'about' }, about),
        step.reason ? element('span', { class: 'cause' }, `${text.cause}: `, english(foreign(step.reason))) : null,
      );
    }),
  );
}

function english(made) {
  made.lang = 'en';
  return made;
}

// Whether a link that holds was checked against anything.
function asked({ link, state: word }, { trusted, bundle }) {
  if (word !== 'holds') return true;
  if (link === 'network') return Boolean(trusted.network);
  if (link === 'policy') return Boolean(trusted.policy);
  if (link === 'anchor') return trusted.anchors.length > 0;
  return link !== 'before' || bundle.before.length > 0;
}

function saying(found, text) {
  const rows = found.report.network ? bundleRows(found.report, text) : proofRows(found.report, text);
  return element(
    'dl',
    {},
    ...rows.flatMap(([name, ...values]) => [element('dt', {}, name), element('dd', {}, ...values)]),
  );
}

function bundleRows(report, text) {
  const { authority, standing, network_name, entry, origin, index, size, log_key, sequenced_at, quorum, network } =
    report;
  return [
    [
      text.who,
      ...lines(
        foreign(text.whoOf(authority, text.standings[standing] ?? standing, network_name)),
        report.root_replaced_by_council && element('span', { class: 'warning' }, text.replaced),
        report.disputed && element('span', { class: 'warning' }, text.disputed),
      ),
    ],
    ...entryRows(entry, text),
    [text.log, ...lines(foreign(origin), text.entryOf(index, size), [`${text.logKey} `, digits(log_key)])],
    [text.sequenced, `${time(sequenced_at)}, ${text.logClock}`],
    [text.witnessed, ...lines(...witnesses(quorum, text), span(report.witnessed, text))],
    [text.networkOf, ...lines(digits(network), text.versions(report.charter_versions))],
  ];
}

function witnesses({ cosigned, witnesses: all, needed }, text) {
  if (needed === 0 && cosigned.length === 0) return [text.noWitness];
  return [text.witnessedBy(cosigned.map(({ authority }) => authority).join(', '), cosigned.length, all, needed)];
}

function span(witnessed, text) {
  if (!witnessed) return null;
  const [from, to] = witnessed.map((seconds) => seconds !== null && time(seconds * 1000n));
  return from ? text.between(from, to) : text.until(to);
}

function entryRows(entry, text) {
  if (entry.type === 'naming') return [[text.what, ...lines(text.charterNamed, digits(entry.charter))]];
  if (entry.type === 'statement') return [[text.what, ...statementLines(entry, text)]];
  return [
    [
      text.mandate,
      ...entry.signers.flatMap((signer) =>
        lines([foreign(signer.function), `, ${text.byEntry(signer.mandate)}`], digits(signer.key)),
      ),
    ],
    [text.signed, `${time(entry.created_at)}, ${text.administratorClock}`],
    [text.what, ...entry.changes.flatMap((change) => changeLines(change, text))],
  ];
}

function statementLines({ sort, statement }, text) {
  const said = statement.mandate?.function;
  return lines([`${text.statement}: ${text.sorts[sort]}`, ...(said ? [' ', foreign(said)] : [])]);
}

function changeLines({ action, record, audience, digest, payload }, text) {
  const line = [`${text.actions[action]} `, foreign(record)];
  if (audience) line.push(`, ${audience}`);
  if (payload) line.push(`, ${text.payloads[payload]}`);
  return lines(line, digest && [element('span', { class: 'note' }, `${text.digest} `), digits(digest)]);
}

function proofRows({ origin, index, size, root, entry, cosigned }, text) {
  const sort = ['update', 'statement', 'naming'].find((one) => entry?.[one]);
  const words = { update: text.update, statement: text.statement, naming: text.charterNamed };
  const changes = entry?.update?.message.changes ?? [];
  return [
    [
      text.what,
      ...lines(words[sort] ?? text.unreadable, ...changes.map(({ record }) => foreign(record)), text.onlyPresence),
    ],
    [text.log, ...lines(foreign(origin), text.entryOf(index, size), [`${text.root} `, digits(root)])],
    ...(cosigned
      ? [[text.witnessed, ...lines(...cosigned.map((name) => foreign(name)), cosigned.length === 0 && text.noWitness)]]
      : []),
  ];
}

// The texts of the payloads that were verified.
function content({ state }, text) {
  const held = state.bundle.payloads.filter(({ erased }) => !erased);
  if (held.length === 0) return [];
  const parts = [element('h2', {}, text.content), element('p', { class: 'note' }, text.contentHelp)];
  for (const { change, payload } of held) {
    const { record } = state.entry.update.message.changes[change];
    const texts = readableTexts(payload);
    const items = texts.map((one) => element('li', {}, foreign(one, { more: text.more, lines: true })));
    parts.push(element('p', {}, element('strong', {}, foreign(record))), element('ul', { class: 'texts' }, ...items));
  }
  return parts;
}

function readableTexts(payload) {
  try {
    return textsOf(readPayload(payload));
  } catch {
    return [];
  }
}
