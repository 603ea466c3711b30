// The texts of a record, found without its schema: whatever in it is text and cannot well be a message.
import { fromUtf8 } from './bytes.js';
import { Fault } from './fault.js';
import { fieldsOf } from './wire.js';

const DEEPEST = 8;

export function textsOf({ media_type, record }) {
  if (!media_type.endsWith('+protobuf')) return [utf8Of(record) ?? ''];
  return within(record, 1);
}

function within(bytes, depth) {
  return contentsOf(bytes).flatMap((content) => {
    const text = utf8Of(content);
    if (text !== null && !MESSAGE.test(text)) return text === '' ? [] : [text];
    const nested = depth < DEEPEST ? within(content, depth + 1) : [];
    // Neither text nor message, to all appearance: shown rather than hidden, if it is text at all.
    return nested.length > 0 || text === null ? nested : [text];
  });
}

function contentsOf(bytes) {
  try {
    return fieldsOf(bytes);
  } catch (error) {
    if (error instanceof Fault) return [];
    throw error;
  }
}

// A message begins with a tag, which for the first fields is a control character; so are short lengths.
const MESSAGE = /^[\u0000-\u001f]|[\u0000-\u0008\u000e-\u001f]/;

function utf8Of(bytes) {
  try {
    return fromUtf8(bytes);
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}
