// The texts of a record, found without its schema: whatever in it is text and cannot well be a message.
import { fromUtf8 } from './bytes.js';
import { Fault } from './fault.js';
import { fieldsOf } from './wire.js';

const DEEPEST = 8;

export function textsOf({ media_type, record }) {
  if (!media_type.endsWith('+protobuf')) return [readable(record) ?? ''];
  return within(record, 1);
}

function within(bytes, depth) {
  return contents(bytes).flatMap((content) => {
    const text = readable(content);
    if (text !== null) return text === '' ? [] : [text];
    return depth < DEEPEST ? within(content, depth + 1) : [];
  });
}

function contents(bytes) {
  try {
    return fieldsOf(bytes);
  } catch (error) {
    if (error instanceof Fault) return [];
    throw error;
  }
}

// A message begins with a tag, which below field 4 is a control character.
function readable(bytes) {
  try {
    const text = fromUtf8(bytes);
    return /^[\u0000-\u001f]|[\u0000-\u0008\u000e-\u001f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}
