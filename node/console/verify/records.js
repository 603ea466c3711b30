// What changes do to the records of an authority. Specification, section 8.3, step 7.
import { hex } from './bytes.js';
import { kindOf } from './names.js';
import { Action, Audience, Standing, nameOf } from './schema.js';

const { member, secretariat, partner, observer } = Standing;
const publishers = {
  exchange: [member],
  answer: [member],
  contribution: [member, partner, observer],
  suggestion: [member, secretariat],
  standard: [secretariat],
  indicator: [secretariat],
  topic: [secretariat],
  study: [secretariat],
  event: [member, secretariat, partner],
  notice: [secretariat, partner],
};
const HOUR = 3600000n;

const mayPublish = (standing, kind) =>
  (Object.hasOwn(publishers, kind) ? publishers[kind] : [member, secretariat]).includes(standing);

export class Records {
  #states = new Map();

  // `given`: previous of each change is taken as given, as when the log before it is not known.
  constructor({ given = false } = {}) {
    this.given = given;
  }

  get(record) {
    return this.#states.get(record);
  }

  [Symbol.iterator]() {
    return this.#states[Symbol.iterator]();
  }

  // Takes in an update that stands at `at`, { epoch, index, leaf_hash, time, standing, quarantine }, or gives code and
  // words for what makes it void. `redacted` tells whether an entry is redacted, `cancelled` whether an erase is.
  apply(changes, at, redacted, cancelled) {
    const after = new Map();
    for (const [i, change] of changes.entries()) {
      const state = this.#states.get(change.record);
      const code = this.#judge(change, state, at, redacted);
      if (code) return { code, detail: details[code](change, at) };
      after.set(change.record, next(change, state, at, i, cancelled(i)));
    }
    for (const [record, state] of after) this.#states.set(record, state);
    return null;
  }

  #judge({ action, record, previous, audience }, state, at, redacted) {
    const kind = kindOf(record);
    if (!mayPublish(at.standing, kind)) return 'standing';
    if (action === Action.put && (audience === Audience.RED) !== (kind === 'sealed')) return 'sealed';
    if (this.given) return action === Action.put || previous ? null : 'nothing';
    const overRedacted = previous && redacted(previous) && isAbove(previous, state?.last);
    if (overRedacted) return null;
    if (!samePlace(previous, state?.last)) return 'stale';
    if (action === Action.put) return narrows(audience, state) ? 'narrowed' : null;
    const from = {
      [Action.withdraw]: ['current'],
      [Action.erase]: ['current', 'withdrawn'],
      [Action.cancel]: ['erased'],
    };
    if (!from[action].includes(state?.status)) return 'nothing';
    return action === Action.cancel && at.time >= state.quarantine ? 'too-late' : null;
  }
}

const details = {
  standing: ({ record }, { standing }) => `a ${nameOf(Standing, standing)} may not publish ${record}`,
  sealed: ({ record }) => `${record}: TLP:RED is for kind sealed, and kind sealed is TLP:RED`,
  stale: ({ record }) => `${record}: previous is not where the record stands`,
  narrowed: ({ record }) => `${record}: an audience can be widened, never narrowed`,
  nothing: ({ record, action }) => `${record}: there is nothing to ${nameOf(Action, action)}`,
  'too-late': ({ record }) => `${record}: the quarantine of its erase is over`,
};

const narrows = (audience, state) => state !== undefined && state.status !== 'erased' && audience > state.audience;

const isAbove = (previous, last) =>
  !last || previous.epoch > last.epoch || (previous.epoch === last.epoch && previous.index > last.index);

function samePlace(a, b) {
  if (!a || !b) return !a && !b;
  return a.epoch === b.epoch && a.index === b.index && hex(a.leaf_hash) === hex(b.leaf_hash);
}

function next({ action, digest, size, audience }, state, at, change, cancelled) {
  const { epoch, index, leaf_hash } = at;
  const after = { audience: Audience.RED, ...state, last: { epoch, index, leaf_hash } };
  if (action === Action.put) {
    return { last: after.last, status: 'current', audience, payload: { epoch, index, change, digest, size } };
  }
  if (action === Action.withdraw) return { ...after, status: 'withdrawn' };
  if (action === Action.cancel) return { ...after, status: state?.before ?? 'current' };
  if (cancelled) return after;
  return {
    ...after,
    status: 'erased',
    before: state?.status,
    erased: at.time,
    quarantine: at.time + at.quarantine * HOUR,
  };
}
