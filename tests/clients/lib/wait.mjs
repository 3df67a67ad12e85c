// Waiting for something to become true, and comparing with a message that tells what differs.

import { isDeepStrictEqual } from 'node:util';

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until `condition()` gives something true and returns it; throws after `ms`. */
export async function until(what, condition, ms = 10_000) {
  const deadline = performance.now() + ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`after ${ms} ms still not: ${what}`);
    await sleep(4);
  }
}

function short(value) {
  const text = typeof value === 'string' ? value : JSON.stringify(value) ?? String(value);
  return text.length > 300 ? `${text.slice(0, 300)}... (${text.length} characters)` : text;
}

export function equal(what, actual, expected) {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new Error(`${what}: is ${short(actual)}, should be ${short(expected)}`);
  }
}

export function check(what, truth) {
  if (!truth) throw new Error(`not so: ${what}`);
}
