// End-to-end tests on the built dist/, in real Chromium, under a sub-path and a strict Content-Security-Policy.
//
//   import assert from 'node:assert/strict';
//   import { appTest, corpus } from './harness.mjs';
//   import { eventually } from './eventually.mjs';
//
//   appTest('a dropped file shows its runs', async (app) => {
//     await app.drop([corpus('openinference-openai-agents.json')]);
//     await app.page.getByRole('treegrid').waitFor();
//     await eventually(() => app.page.getByRole('row').count(), 3);
//     await app.screenshot('runs');
//   });
//
// `cargo xtask test` runs every *.test.mjs beside this file. One alone: cargo xtask build --dev, then node --test tests/e2e/smoke.test.mjs
//
// What an action brings about comes after it, on a slow machine long after: a test never reads the page once and compares, it waits
// (locator.waitFor, or `eventually` and its like in eventually.mjs). SPANLIGHT_SLOW=6 slows the page down to find those that do.
//
// A test fails by itself when the page logs an error, throws, gets an answer of 400 or above, or asks anything of another origin;
// what is meant to happen is announced with app.expectProblem(/pattern/). Each test has a profile of its own. Files are dropped by
// the browser itself (a real drag of files on disk), so folders and changes on disk behave as they do for a person.
// Screenshots go to e2e/ in Cargo's target directory. SPANLIGHT_CHROMIUM names another browser than the system's Chromium.

import { after, test } from 'node:test';
import { App, stop } from './app.mjs';
import { LIMIT } from './eventually.mjs';

export { App, BASE, browser, corpus, outputFolder, root, server } from './app.mjs';

/**
 * A test with an app of its own. `options`: `{fragment, context, late}`, the second as for Playwright's newContext, the third by how
 * many milliseconds each answer of the worker comes later than it would.
 */
export function appTest(name, ...rest) {
  const body = rest.pop();
  test(name, { timeout: LIMIT }, async (t) => {
    const app = await App.open(rest[0]);
    try {
      await body(app, t);
      app.checkProblems();
    } catch (error) {
      for (const [at, page] of app.context.pages().entries()) {
        await app.screenshot(`failed-${name.replaceAll(/\W+/g, '-')}${at > 0 ? `-${at}` : ''}`, page).catch(() => {});
      }
      if (app.problems.length > 0) t.diagnostic(`problems: ${app.problems.join('\n')}`);
      throw error;
    } finally {
      await app.close();
    }
  });
}

after(stop);
