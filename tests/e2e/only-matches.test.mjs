// The waterfall narrowed to what the filter lets pass: what stays, what is set aside, how many are hidden, and where it is remembered.

import assert from 'node:assert/strict';
import { eventually, settled } from './eventually.mjs';
import { appTest } from './harness.mjs';
import { otlp, span, spanId, text } from './documents.mjs';
import { open } from './script.mjs';
import { holds, mirror, row } from './waterfall.mjs';

const MS = 1_000_000;
const ids = (...numbers) => numbers.map(spanId);
/** Long values stand only in the file, so a filter over them reads it. */
const long = (word) => `${'filling '.repeat(40)}${word}`;

const RUN = otlp([
  span({ id: 1, name: 'order', length: 100 * MS }),
  span({ id: 2, parent: 1, name: 'check', start: MS, length: 20 * MS }),
  span({ id: 3, parent: 2, name: 'query', start: 2 * MS, length: 10 * MS, attributes: [text('note', long('needle'))] }),
  span({ id: 4, parent: 2, name: 'cache', start: 13 * MS, length: 5 * MS, status: { code: 2, message: 'no' } }),
  span({ id: 5, parent: 1, name: 'ship', start: 30 * MS, length: 50 * MS }),
  span({ id: 6, parent: 5, name: 'query', start: 31 * MS, length: 48 * MS, attributes: [text('note', long('other'))] }),
]);
const ALL = ids(1, 2, 3, 4, 5, 6);
const filter = (page) => page.getByRole('textbox', { name: /^Filter/ }).or(page.getByRole('combobox', { name: /^Filter/ }));
const only = (page) => page.getByRole('button', { name: 'Only matches' });
const asides = async (page) => page.locator('[role=treegrid] [data-aside]').evaluateAll((rows) => rows.map((row) => row.dataset.spanId));

async function openRun(app) {
  await open(app.page, [{ name: 'run.json', data: RUN }]);
  await holds(app.page, ALL);
}

appTest('only what passes and what stands above it is shown, and the rest is counted', async (app) => {
  await openRun(app);
  const { page } = app;
  await settled(page);
  assert.equal(await only(page).isVisible(), false, 'without a filter there is nothing to choose');
  await filter(page).fill('{ name = "query" }');
  await page.locator('[role=treegrid] [data-hit]').nth(1).waitFor({ state: 'attached' });
  await eventually(() => only(page).getAttribute('aria-pressed'), 'false');
  await holds(page, ALL);
  await only(page).click();
  await holds(page, ids(1, 2, 3, 5, 6));
  await eventually(() => asides(page), ids(1, 2, 5));
  await page.getByText('1 hidden', { exact: true }).waitFor();
  await eventually(() => row(page, spanId(2)).getAttribute('aria-label'), /does not match/);
  // Another filter while it is on; what needs the file is read.
  await filter(page).fill('{ span.note =~ ".*needle" }');
  await holds(page, ids(1, 2, 3));
  await page.getByText('3 hidden', { exact: true }).waitFor();
  await eventually(async () => (await mirror(page)).map(({ level }) => level), [1, 2, 3]);
  await page.waitForURL((url) => url.hash.includes('needle') && url.hash.includes('only=matches'));
  await app.reload();
  await app.drop([{ name: 'run.json', data: RUN }]);
  await holds(page, ids(1, 2, 3));
  await filter(page).fill('');
  await holds(page, ALL);
  await page.waitForURL((url) => !url.hash.includes('only='));
  // It is remembered for the next filter.
  await filter(page).fill('{ name = "cache" }');
  await holds(page, ids(1, 2, 4));
  await settled(page);
  await row(page, spanId(4)).press('m');
  await holds(page, ALL);
});

appTest('where nothing passes it says so, and shows the way back', async (app) => {
  await openRun(app);
  const { page } = app;
  await filter(page).fill('{ name = "query" }');
  await only(page).click();
  await filter(page).fill('{ name = "nowhere" }');
  await holds(page, []);
  await page.getByText('No span of this run passes the filter.').waitFor();
  await page.getByRole('button', { name: 'Show all spans' }).click();
  await holds(page, ALL);
  await eventually(() => page.getByText('No span of this run passes the filter.').count(), 0);
});
