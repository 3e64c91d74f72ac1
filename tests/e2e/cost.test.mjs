// The cost treemap: of all runs and of one, its table, levels, going in and out, and the way to the waterfall.

import assert from 'node:assert/strict';
import { eventually, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { ask, open } from './script.mjs';

const table = (page) => page.getByRole('complementary', { name: 'Ranked' });
const rows = (page) => table(page).locator('tbody tr');
const rectangles = (page) => page.getByRole('list', { name: 'Rectangles', includeHidden: true });
const dollars = (text) => Number(text.replace(/[^0-9.]/g, ''));

appTest('the treemap of all runs adds up, and is gone into and out of', async (app) => {
  const { page } = app;
  await open(page, [corpus('openllmetry-langgraph-openai.json.gz')]);
  const { cost_usd } = await ask(page, 'summary');
  await page.getByRole('tab', { name: 'Cost' }).click();
  await rows(page).first().waitFor();
  await eventually(() => table(page).locator('tfoot td').first().textContent(), (total) => Math.abs(dollars(total) - cost_usd) < 5e-5);
  const { nodes } = await ask(page, 'view', 'treemap', { levels: ['agent'] });
  const names = nodes.map((node) => node.path[0] ?? 'no agent').sort();
  await eventually(async () => (await rows(page).locator('th').allTextContents()).sort(), names);
  await eventually(() => rectangles(page).getByRole('listitem', { includeHidden: true }).count(), (count) => count > names.length);
  // Into the first, and back by the crumb.
  await rows(page).first().dblclick();
  await page.getByRole('navigation', { name: 'Where this is' }).getByRole('button', { name: 'All runs' }).waitFor();
  await table(page).getByRole('button', { name: 'model' }).waitFor();
  await page.getByRole('button', { name: 'All runs' }).click();
  await table(page).getByRole('button', { name: 'agent' }).waitFor();
  await page.waitForURL(/view=cost/);
});

appTest('levels, area and order are chosen, and a row leads to the waterfall', async (app) => {
  const { page } = app;
  await open(page, [corpus('openllmetry-langgraph-openai.json.gz')]);
  await page.getByRole('tab', { name: 'Cost' }).click();
  await rows(page).first().waitFor();
  await page.getByLabel('Level 1').selectOption('model');
  await page.getByLabel('Area').selectOption('Calls');
  const { nodes, total } = await ask(page, 'view', 'treemap', { levels: ['model'], measure: 'calls' });
  await table(page).locator('tfoot td').first().getByText(String(total), { exact: true }).waitFor();
  await eventually(() => rows(page).count(), nodes.length);
  await table(page).getByRole('button', { name: 'model' }).click();
  await table(page).locator('thead th[aria-sort=ascending]').waitFor();
  const named = nodes.map((node) => node.path[0]).filter(Boolean).sort();
  await page.waitForFunction((first) => document.querySelector('.cost-table tbody th')?.textContent === first, named[0]);
  // By keyboard: choose a row, then show it.
  await settled(page);
  await rows(page).first().press('Enter');
  await table(page).getByRole('button', { name: 'Show in waterfall' }).click();
  await page.getByRole('treegrid').waitFor();
  await eventually(() => page.getByLabel(/^Filter by/).first().inputValue(), `{ model = "${named[0]}" }`);
  // The run's own cost, one tab away.
  await page.getByRole('tab', { name: 'Cost' }).click();
  await rows(page).first().waitFor();
});

appTest('what the cache saved is one click away, and one back', async (app) => {
  const { page } = app;
  await open(page, [corpus('pydantic-ai-logfire.json')]);
  await page.getByRole('tab', { name: 'Cost' }).click();
  const saved = page.getByRole('button', { name: /^Cache saved \$0\.\d+ \(\d+ %\)$/, pressed: false });
  const { total } = await ask(page, 'view', 'treemap', { levels: ['agent', 'model'], measure: 'cache_saved' });
  assert.ok(Math.abs(dollars((await saved.textContent()).split('(')[0]) - total) < 5e-5);
  assert.match(await saved.getAttribute('title'), /Without the cache \$/);
  await saved.click();
  await eventually(() => page.getByLabel('Area').inputValue(), 'Cache saved');
  await eventually(() => table(page).locator('tfoot td').first().textContent(), (text) => Math.abs(dollars(text) - total) < 5e-5);
  // Writing to a cache costs first: what is below zero has no rectangle, and is named.
  await page.getByText(/Below zero, not drawn: /).waitFor();
  await page.getByRole('button', { name: /^Cache saved/, pressed: true }).click();
  await eventually(() => page.getByLabel('Area').inputValue(), 'Cost');
});

appTest('what has no amount is said', async (app) => {
  const { page } = app;
  await open(page, [corpus('fixture-otlp-trace.json')]);
  await page.getByRole('tab', { name: 'Cost' }).click();
  await page.getByText('No span here has any cost.').waitFor();
  await page.getByRole('button', { name: 'Show time' }).click();
  await eventually(() => page.getByLabel('Area').inputValue(), 'Time');
  await rows(page).first().waitFor();
});
