// Waiting for what holds in the end, however slow the machine: what an action brings about comes a few frames, or an answer of the
// worker, after the action.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

/** How many times slower than usual the page is made to run; a way to find tests that depend on speed. */
export const SLOW = Math.max(1, Number(process.env.SPANLIGHT_SLOW) || 1);

/** How long anything is waited for, in milliseconds. It is spent by failures only. */
export const PATIENCE = 60_000 * Math.min(SLOW, 4);

/** How long a test may take, in milliseconds. */
export const LIMIT = 10 * PATIENCE;

/**
 * Reads again and again until what is read is as expected; gives it. `expected` is a value (equal in depth), a pattern, or a function
 * that throws or gives `false` as long as it does not hold. A failed reading is tried again, too. Fails with the last complaint.
 */
export async function eventually(read, expected) {
  const check = checkOf(expected);
  const end = Date.now() + PATIENCE;
  for (let rest = 10; ; rest = Math.min(rest * 1.5, 200)) {
    try {
      const value = await read();
      check(value);
      return value;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await pause(rest);
  }
}

function checkOf(expected) {
  if (expected instanceof RegExp) return (value) => assert.match(value, expected);
  if (typeof expected !== 'function') return (value) => assert.deepEqual(value, expected);
  return (value) => {
    if (expected(value) === false) assert.fail(`it does not hold of ${JSON.stringify(value)}: ${expected}`);
  };
}

/**
 * Waits until everything that was set going before has come to its end, for checks that nothing has changed: what the page asked of
 * the worker is answered in order, and what an answer changes is painted, which may make the page ask once more.
 */
export const settled = (page) => page.evaluate(async () => {
  const frame = () => new Promise((next) => { requestAnimationFrame(next); });
  for (let round = 0; round < 4; round += 1) {
    await frame();
    await frame();
    // A rejection (no document is open) is an answer, too.
    await window.spanlight.summary().catch(() => {});
  }
  await frame();
});
