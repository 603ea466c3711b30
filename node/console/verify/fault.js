// What is wrong with an input, in one sentence. Every reader and every rule here fails with it, and with nothing else.
export class Fault extends Error {}

export function fail(reason) {
  throw new Fault(reason);
}

export function must(holds, reason) {
  if (!holds) throw new Fault(reason);
}

// The result of `work`, or null when that fails with a fault. Any other error is a mistake of ours and goes on.
export async function orNull(work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}
