// Waiting for what holds in the end, however slow the machine: what an action brings about comes a few frames, or an answer of the
// worker, after the action.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

const wanted = (name, usual) => Number(process.env[name]) || usual;

// Ways to find tests that depend on speed, see CONTRIBUTING.md.
/** How many times slower than usual the page runs. */
export const SLOW = wanted('SPANLIGHT_SLOW', 1);
/** By how many milliseconds each answer of the worker comes later. */
export const LATE = wanted('SPANLIGHT_LATE', 0);
/** By how many milliseconds each step of a test comes later. */
export const LAZY = wanted('SPANLIGHT_LAZY', 0);

/** How long anything is waited for, in milliseconds. It is spent by failures only. */
export const PATIENCE = 60_000;

/** As `PATIENCE`, for what takes seconds on a quick machine. */
export const LONG = 5 * PATIENCE;

/** How long a test may take, in milliseconds. */
export const LIMIT = 20 * PATIENCE;

/**
 * Reads again and again until what is read is as expected; gives it. `expected` is a value (equal in depth), a pattern, or a function
 * that throws or gives `false` as long as it does not hold. A failed reading is tried again, too. Fails with the last complaint, after
 * `words` that say what was looked for. `between` is waited for before each new reading.
 */
export async function eventually(read, expected, words = '', between = () => {}) {
  const check = checkOf(expected);
  const end = Date.now() + PATIENCE;
  for (let rest = 10; ; rest = Math.min(rest * 1.5, 200)) {
    try {
      const value = await read();
      check(value);
      return value;
    } catch (error) {
      if (Date.now() > end) {
        if (words) error.message = `${words}: ${error.message}`;
        throw error;
      }
    }
    await pause(rest);
    await between();
  }
}

function checkOf(expected) {
  if (expected instanceof RegExp) return (value) => assert.match(value, expected);
  if (typeof expected !== 'function') return (value) => assert.deepEqual(value, expected);
  return (value) => {
    if (expected(value) === false) assert.fail(`${JSON.stringify(value)} is not as it should be: ${expected}`);
  };
}

/** How long a picture may take to come to rest: painted in software, a few points of some pages change by a shade for ever. */
const PICTURE_RESTS = 8_000;

/** What is read once it stays as it is: the same before and after all that was set going has come to its end. */
export async function resting(page, read) {
  let last;
  const begin = Date.now();
  return eventually(async () => {
    const before = last;
    last = await read();
    if (Buffer.isBuffer(last) && before && Date.now() - begin > PICTURE_RESTS) return last;
    assert.ok(isDeepStrictEqual(before, last), 'it does not come to rest');
    return last;
  }, () => true, '', () => settled(page));
}

/** Where something stands once it stays there, as `boundingBox` gives it. */
export async function placed(locator) {
  await locator.waitFor({ state: 'attached' });
  return resting(locator.page(), async () => {
    const box = await locator.boundingBox();
    assert.ok(box, 'it has no place');
    return box;
  });
}

/**
 * Waits until everything that was set going before has come to its end, for checks that nothing has changed: what the page asked of
 * the worker is answered in order, and what an answer changes is painted, which may make the page ask once more. Timers of the page
 * that last no longer than `milliseconds` have run out, too.
 */
export const settled = (page, milliseconds = 0) => page.evaluate(async (milliseconds) => {
  const frame = () => new Promise((next) => { requestAnimationFrame(next); });
  // Timers come in the order in which they run out.
  if (milliseconds > 0) await new Promise((next) => { setTimeout(next, milliseconds); });
  for (let round = 0; round < 4; round += 1) {
    await frame();
    await frame();
    // A rejection (no document is open) is an answer, too.
    await window.spanlight.summary().catch(() => {});
  }
  await frame();
}, milliseconds);
