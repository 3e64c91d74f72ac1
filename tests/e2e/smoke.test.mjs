// The app starts from the built dist under a sub-path.

import assert from 'node:assert/strict';
import { eventually } from './eventually.mjs';
import { appTest, BASE, server } from './harness.mjs';

appTest('the app starts', async (app) => {
  await app.page.waitForLoadState('networkidle');
  await eventually(() => app.page.title(), 'Spanlight');
  assert.equal(await app.page.locator('.boot-error').count(), 0);
  assert.equal(new URL(app.page.url()).pathname, BASE);
});

appTest('the page runs under a strict policy', async (app) => {
  const answer = await app.page.request.get((await server()).url);
  const policy = answer.headers()['content-security-policy'];
  assert.match(policy, /default-src 'self'; script-src 'self' 'wasm-unsafe-eval'/);
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval'.*unsafe-eval/);
});

appTest('an app that does not load says so', async (app) => {
  app.expectProblem(/Failed to fetch|ERR_FAILED|dynamically imported module/);
  await app.context.route(/app-.*_bg\.wasm$/, (route) => route.abort());
  await app.page.reload();
  const notice = app.page.locator('.boot-error');
  await notice.waitFor();
  await eventually(() => notice.textContent(), /did not start/);
  await eventually(() => notice.getAttribute('role'), 'alert');
  const told = await app.page.evaluate(() => window.spanlight.ready.catch((reason) => reason.message));
  assert.match(told, /did not start/);
});
