// Statistics: the table is what scripts get, in any order, by keyboard, and leads to the waterfall; the flame graph is gone into and out of.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually, placed, resting, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { otlp, span } from './documents.mjs';
import { ask, open } from './script.mjs';

const grid = (page) => page.getByRole('grid', { name: 'Statistics' });
const rows = (page) => grid(page).locator('tbody tr');
const names = (page) => rows(page).locator('th').allTextContents();
const waterfall = (page) => page.getByRole('treegrid');
const tree = (page) => page.getByRole('tree', { name: 'Flame graph' });
const frames = (page) => tree(page).getByRole('treeitem', { includeHidden: true });

const show = async (page) => {
  await page.getByRole('tab', { name: 'Statistics' }).click();
  await rows(page).first().waitFor();
};

const showFlame = async (page) => {
  await page.getByRole('button', { name: 'Flame graph' }).click();
  await frames(page).first().waitFor({ state: 'attached' });
};

/** A number as the table shows it. */
const counted = (value) => (value === 0 ? '0' : value.toLocaleString('en-US'));

appTest('the rows are those that scripts get', async (app) => {
  const { page } = app;
  await open(page, [corpus('openllmetry-langgraph-openai.json.gz')]);
  await show(page);
  for (const by of ['operation', 'agent', 'tool', 'model']) {
    const label = by[0].toUpperCase() + by.slice(1);
    await page.getByRole('button', { name: label, exact: true }).first().click();
    await grid(page).getByRole('columnheader', { name: label }).waitFor();
    const stats = await ask(page, 'view', 'stats', { by });
    await eventually(() => rows(page).count(), stats.rows.length, by);
    const shown = () => rows(page).evaluateAll((found) => found.map((row) => (
      [row.querySelector('th').textContent, ...[...row.querySelectorAll('td')].slice(0, 2).map((cell) => cell.textContent)])));
    const wanted = stats.rows.map((row) => (
      [row.name ?? `no ${by}`, ...(row.count ? [counted(row.count), counted(row.errors)] : ['-', '-'])]));
    await eventually(async () => (await shown()).sort(), wanted.sort(), by);
  }
});

appTest('rows are sorted by any column, and a row leads to its spans by keyboard', async (app) => {
  const { page } = app;
  await open(page, [corpus('openllmetry-langgraph-openai.json.gz')]);
  await show(page);
  const head = (name) => grid(page).getByRole('columnheader', { name, exact: true });
  const { rows: all } = await ask(page, 'view', 'stats', { by: 'operation' });
  await eventually(() => head('Total').getAttribute('aria-sort'), 'descending');
  await head('Operation').getByRole('button').click();
  await grid(page).locator('th[aria-sort=ascending]').getByText('Operation').waitFor();
  const byName = all.map((row) => row.name).sort((a, b) => (a < b ? -1 : 1));
  await page.waitForFunction((first) => document.querySelector('.stat-table tbody th').textContent === first, byName[0]);
  await eventually(() => names(page), byName);
  await head('Count').getByRole('button').click();
  const most = Math.max(...all.map((row) => row.count));
  await page.waitForFunction((most) => document.querySelector('.stat-table tbody td').textContent === most, counted(most));
  await head('Count').getByRole('button').click();
  await grid(page).locator('th[aria-sort=ascending]').getByText('Count').waitFor();
  // Down one row, and into the waterfall.
  await settled(page);
  await rows(page).first().press('ArrowDown');
  await grid(page).locator('tr[aria-selected=true]').waitFor();
  const [, second] = await resting(page, () => names(page));
  await eventually(() => page.evaluate(() => document.activeElement.querySelector('th')?.textContent), second);
  await eventually(() => rows(page).and(page.locator('[tabindex="0"]')).count(), 1);
  await page.keyboard.press('Enter');
  await waterfall(page).waitFor();
  await eventually(() => page.getByLabel(/^Filter by/).first().inputValue(), `{ name = "${second}" }`);
  // The address brings the table back; the run's own is one tab away.
  await page.goBack();
  await rows(page).first().waitFor();
  await page.waitForURL(/view=statistics/);
  await page.goForward();
  await waterfall(page).waitFor();
  await show(page);
  await page.waitForURL(/view=statistics.*trace=|trace=.*view=statistics/);
});

appTest('many names are shown on demand, and all of them saved', async (app) => {
  const { page } = app;
  const spans = Array.from({ length: 1500 }, (_, at) => span({ id: at + 1, name: `name ${at}`, start: at, length: at + 1 }));
  await open(page, [{ name: 'many.json', data: otlp(spans) }]);
  await show(page);
  await eventually(() => rows(page).count(), 200);
  await page.getByText('1,300 more').waitFor();
  await page.getByRole('button', { name: 'Show 200' }).click();
  await page.getByText('1,100 more').waitFor();
  await eventually(() => rows(page).count(), 400);
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV' }).click()]);
  assert.equal(download.suggestedFilename(), 'many-statistics.csv');
  const lines = readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n');
  assert.equal(lines.length, 1501);
  assert.equal(lines[0], 'Operation,Count,Errors,Total (ns),Self (ns),p50 (ns),p95 (ns),p99 (ns),Tokens in,Tokens out,Cost (USD),Complete');
  assert.equal(lines[1], 'name 1499,1,0,1500,1500,1500,1500,1500,,,,yes');
  await page.getByRole('button', { name: 'Model', exact: true }).click();
  await page.getByText('No model is named here.').waitFor();
});

appTest('the flame graph is walked, gone into and out of, and leads to the waterfall', async (app) => {
  const { page } = app;
  const spans = [
    span({ id: 1, name: 'run', start: 0, length: 100_000_000 }),
    span({ id: 2, parent: 1, name: 'work', start: 0, length: 60_000_000 }),
    span({ id: 3, parent: 2, name: 'call', start: 0, length: 50_000_000 }),
    span({ id: 4, parent: 2, name: 'call', start: 0, length: 50_000_000 }),
    span({ id: 5, parent: 1, name: 'rest', start: 80_000_000, length: 10_000_000 }),
  ];
  await open(page, [{ name: 'flame.json', data: otlp(spans) }]);
  await show(page);
  await showFlame(page);
  const told = () => frames(page).evaluateAll((found) => found.map((frame) => (
    `${frame.getAttribute('aria-level')} ${frame.textContent.split(', ').slice(0, 3).join(', ')}`)));
  await eventually(() => told(), [
    '1 run, Spans 1, Total 100 ms',
    '2 work, Spans 1, Total 60.0 ms',
    '3 call, Spans 2, Total 100 ms',
    '2 rest, Spans 1, Total 10.0 ms',
  ]);
  const chosen = () => page.evaluate(() => {
    const id = document.querySelector('[role=tree]').getAttribute('aria-activedescendant');
    return id && document.getElementById(id).textContent.split(',')[0];
  });
  await settled(page);
  await tree(page).focus();
  for (const [key, wanted] of [['ArrowDown', 'run'], ['ArrowDown', 'work'], ['ArrowRight', 'rest'], ['ArrowLeft', 'work'], ['ArrowUp', 'run'],
    ['ArrowDown', 'work']]) {
    await page.keyboard.press(key);
    await eventually(() => chosen(), wanted, key);
  }
  await page.keyboard.press('Enter');
  const where = page.getByRole('navigation', { name: 'Where this is' });
  await where.getByText('work').waitFor();
  await eventually(() => told(), ['1 work, Spans 1, Total 60.0 ms', '2 call, Spans 2, Total 100 ms']);
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.querySelectorAll('[role=treeitem]').length === 4);
  // By pointer: choose the second level, go into it by a double click, back by the crumb.
  const box = await placed(page.locator('.flame-canvas'));
  await page.mouse.move(box.x + 40, box.y + 30);
  await page.locator('.cost-tip').getByText('work').waitFor();
  await page.mouse.dblclick(box.x + 40, box.y + 30);
  await where.getByText('work').waitFor();
  await where.getByRole('button', { name: 'This run' }).click();
  await page.waitForFunction(() => document.querySelectorAll('[role=treeitem]').length === 4);
  await settled(page);
  await page.mouse.click(box.x + 40, box.y + 30);
  await page.getByRole('button', { name: 'Show in waterfall' }).click();
  await waterfall(page).waitFor();
  await eventually(() => page.getByLabel(/^Filter by/).first().inputValue(), '{ name = "work" }');
});

appTest('a link brings back the table as it was put in order, and the flame graph as far as one went in', async (app) => {
  const { page } = app;
  const file = corpus('openllmetry-langgraph-openai.json.gz');
  await app.drop([file]);
  await show(page);
  await page.getByRole('button', { name: 'Agent', exact: true }).click();
  await grid(page).getByRole('columnheader', { name: 'Agent' }).waitFor();
  const sorted = (order) => grid(page).locator(`th[aria-sort=${order}]`).getByText('p95').waitFor();
  await grid(page).getByRole('columnheader', { name: 'p95' }).getByRole('button').click();
  await sorted('descending');
  await grid(page).getByRole('columnheader', { name: 'p95' }).getByRole('button').click();
  await sorted('ascending');
  await page.waitForURL(/by=agent&rank=p95/);
  const { rows: agents } = await ask(page, 'view', 'stats', { by: 'agent' });
  // What is unknown comes last.
  const p95 = (row) => Number(row.p95_ns ?? Infinity);
  const wanted = agents.sort((a, b) => (p95(a) < p95(b) ? -1 : 1)).map((row) => row.name ?? 'no agent');
  await eventually(() => names(page), wanted);
  // Into the waterfall and back: the same table.
  await rows(page).first().dblclick();
  await waterfall(page).waitFor();
  await page.waitForURL(/view=waterfall/);
  await page.goBack();
  await page.waitForURL(/by=agent&rank=p95/);
  await sorted('ascending');
  await eventually(() => names(page), wanted);
  assert.doesNotMatch(page.url(), /filter=/);
  // The flame graph of all runs, inside of a frame, by tokens.
  await showFlame(page);
  await page.getByRole('group', { name: 'Width' }).getByRole('button', { name: 'Tokens' }).click();
  await page.waitForURL(/as=flame.*width=tokens/);
  const inside = page.getByRole('navigation', { name: 'Where this is' }).locator('[aria-current]');
  const first = await eventually(() => frames(page).first().textContent(), /, Tokens /);
  const frame = first.split(', ')[0];
  await tree(page).focus();
  await page.keyboard.press('ArrowDown');
  await page.locator('[role=tree][aria-activedescendant]').waitFor();
  await page.keyboard.press('Enter');
  await inside.getByText(frame, { exact: true }).waitFor();
  await page.waitForURL(/&at=./);
  // Longer than what the address gathers.
  await settled(page, 300);
  const link = page.url();
  await app.reload();
  await page.getByText(/This link needs/).waitFor();
  await app.drop([file]);
  await inside.getByText(frame, { exact: true }).waitFor();
  await page.getByRole('group', { name: 'Width' }).locator('[aria-pressed=true]').getByText('Tokens').waitFor();
  await eventually(() => page.url(), link);
  // Another place and back again.
  await page.getByRole('tab', { name: 'Cost' }).click();
  await page.waitForURL(/view=cost/);
  await page.goBack();
  await inside.getByText(frame, { exact: true }).waitFor();
  // A run has a path of its own.
  const [{ trace_id: trace }] = await ask(page, 'runs', { sort: '-spans', limit: 1 });
  await ask(page, 'select', { trace });
  await page.getByRole('tab', { name: 'Statistics' }).click();
  await inside.getByText('This run', { exact: true }).waitFor();
  await page.waitForURL((url) => url.hash.includes('as=flame') && !url.hash.includes('&at='));
});
