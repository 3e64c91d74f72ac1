// What a first visit loads, and that the rest comes in time however the page is touched first.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.mjs';
import { appTest, corpus, root } from './harness.mjs';

/** Only an optimised build is in two parts. */
const rest = readdirSync(join(root, 'dist')).find((name) => name.endsWith('_rest.wasm'));
const untouched = { ready: false };

/** Names of the parts a page has asked for. */
async function parts(page) {
  const names = await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name.split('/').pop()));
  return names.filter((name) => /_rest\.wasm$|^worker/.test(name));
}

async function untouchedFor(page) {
  await page.locator('.open-page button').first().waitFor();
  await page.evaluate(() => new Promise((done) => requestIdleCallback(() => setTimeout(done, 300), { timeout: 3000 })));
}

appTest('a page that nobody touches loads neither its second part nor the worker', untouched, async (app) => {
  await untouchedFor(app.page);
  assert.deepEqual(await parts(app.page), []);
  assert.equal(app.page.workers().length, 0);
});

appTest('the first sign of somebody there loads both', untouched, async (app) => {
  await untouchedFor(app.page);
  await app.page.mouse.move(200, 200);
  await eventually(() => app.page.workers().length, (count) => count > 0);
  await app.page.evaluate(() => window.spanlight.ready);
  if (rest) await eventually(() => parts(app.page), (names) => names.includes(rest));
});

appTest('a script that opens at once need not wait for anything', untouched, async (app) => {
  const opened = await app.page.evaluate(async () => {
    const line = '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c",'
      + '"spanId":"eee19b7ec3c1b174","name":"one","startTimeUnixNano":"1","endTimeUnixNano":"2"}]}]}]}';
    return window.spanlight.open([{ name: 'one.json', data: line }]);
  });
  assert.equal(opened.spans, 1);
});

appTest('what is called before the second part has come waits for it', untouched, async (app) => {
  await untouchedFor(app.page);
  let held = 0;
  // The fetch ahead never ends; the call that needs the part asks again.
  await app.page.route(/_rest\.wasm$/, (route) => (held++ === 0 ? undefined : route.continue()));
  await app.page.keyboard.press('?');
  await app.page.getByRole('dialog').waitFor();
  if (rest) await eventually(() => held, 2);
});

appTest('a second part that cannot be loaded is told, and tried again until it comes', untouched, async (app) => {
  if (!rest) return;
  app.expectProblem(/ERR_FAILED/);
  await untouchedFor(app.page);
  await app.page.route(/_rest\.wasm$/, (route) => route.abort());
  const told = app.page.evaluate(() => window.spanlight.runs().catch((reason) => reason.message));
  await app.page.getByRole('alert').filter({ hasText: 'could not be loaded' }).waitFor();
  await app.page.unroute(/_rest\.wasm$/);
  await app.page.locator('.boot-error').waitFor({ state: 'detached' });
  assert.ok(await told);
  await app.drop([corpus('openinference-openai-agents.json')]);
  await app.page.getByText('incident flow').first().waitFor();
});
