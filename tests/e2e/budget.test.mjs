// The run budget: which call crossed it, where that is marked, that it is remembered; and two members side by side.

import assert from 'node:assert/strict';
import { appTest, corpus } from './harness.mjs';
import { ask, open } from './script.mjs';

const FILE = 'openllmetry-langgraph-openai.json.gz';
const field = (page) => page.getByLabel('Run budget in dollars');
const rows = (page) => page.locator('.cost-table tbody tr');
const marks = (page) => page.getByRole('list', { name: 'Rectangles', includeHidden: true });

/** The spans of a run with their costs, in the order in which they end. */
const byEnd = async (page, trace) => {
  const spans = (await ask(page, 'spans', trace)).filter((span) => span.cost_usd !== null);
  const end = (span) => BigInt(span.start_ns) + BigInt(span.duration_ns);
  return spans.sort((a, b) => (end(a) < end(b) ? -1 : 1));
};

const openCost = async (page, trace) => {
  await ask(page, 'select', { trace });
  await page.getByRole('tab', { name: 'Cost' }).click();
  await rows(page).first().waitFor();
};

appTest('the call that crossed the budget is said, marked, shown and remembered', async (app) => {
  const { page } = app;
  await open(page, [corpus(FILE)]);
  const [run] = await ask(page, 'runs', { sort: '-spans', limit: 1 });
  await openCost(page, run.trace_id);
  assert.equal(await field(page).inputValue(), '1');
  await page.getByText(/^Kept: .* spent, .* %\.$/).waitFor();
  const spans = await byEnd(page, run.trace_id);
  const total = spans.reduce((sum, span) => sum + span.cost_usd, 0);
  const budget = total / 2;
  let spent = 0;
  const crossing = spans.find((span) => (spent += span.cost_usd) > budget);
  await field(page).fill(budget.toFixed(12));
  await field(page).press('Enter');
  const words = page.getByText(/^Crossed at step \d+ of \d+, at .*, by /);
  await words.waitFor();
  assert.ok((await words.textContent()).includes(` by ${crossing.name}`), await words.textContent());
  assert.equal(await marks(page).getByText(/budget crossed$/, { includeHidden: true }).count(), 1);
  await page.getByRole('button', { name: 'Show in waterfall' }).click();
  await page.getByRole('treegrid').waitFor();
  await page.waitForFunction((id) => location.hash.includes(id), crossing.span_id);
  // It stays when the page is loaded again.
  const settings = await page.evaluate(() => JSON.stringify(localStorage));
  assert.match(settings, /budget/);
  await app.reload();
  await open(page, [corpus(FILE)]);
  await openCost(page, run.trace_id);
  await words.waitFor();
  // Nothing is none, and what is no number is said.
  await field(page).fill('a lot');
  await field(page).press('Enter');
  await page.getByText('The budget is a number of dollars').waitFor();
  await field(page).fill('');
  await field(page).press('Enter');
  await words.waitFor({ state: 'detached' });
});

appTest('two agents stand side by side, with what they differ by', async (app) => {
  const { page } = app;
  await open(page, [corpus(FILE)]);
  const [run] = await ask(page, 'runs', { sort: '-spans', limit: 1 });
  await openCost(page, run.trace_id);
  await page.getByRole('button', { name: 'Compare' }).click();
  const { nodes } = await ask(page, 'view', 'treemap', { trace: run.trace_id, levels: ['agent'] });
  const names = nodes.map((node) => node.path[0]);
  await page.getByLabel('First').waitFor();
  const heads = page.locator('.cost-table thead th:not([hidden])');
  await page.waitForFunction((name) => document.querySelector('.cost-table thead').textContent.includes(name), names[0]);
  assert.deepEqual((await heads.allTextContents()).slice(1, 4), [names[0], names[1], 'Difference']);
  const foot = await page.locator('.cost-table tfoot td').allTextContents();
  const dollars = (text) => Number(text.replace('−', '-').replace(/[^0-9.-]/g, ''));
  assert.ok(Math.abs(dollars(foot[2]) - (dollars(foot[1]) - dollars(foot[0]))) < 2e-4, `${foot}`);
  await page.getByLabel('Second').selectOption({ label: names[2] });
  await page.waitForFunction((name) => document.querySelector('.cost-table thead').textContent.includes(name), names[2]);
  await page.getByRole('button', { name: 'End comparison' }).click();
  await page.getByRole('button', { name: 'Compare', exact: true }).waitFor();
  assert.equal(await rows(page).count(), names.length);
});

/** How many different pictures a canvas shows, frame by frame, from an action on until it has rested a while. */
const pictures = (page, act) => page.evaluate(async (act) => {
  const canvas = document.querySelector('.cost-canvas');
  const picture = () => {
    const small = new OffscreenCanvas(160, 100);
    const context = small.getContext('2d');
    context.drawImage(canvas, 0, 0, 160, 100);
    const { data } = context.getImageData(0, 0, 160, 100);
    let [hash, black] = [0, 0];
    for (let at = 0; at < data.length; at += 4) {
      hash = Math.imul(hash ^ (data[at] << 16 | data[at + 1] << 8 | data[at + 2]), 16777619) >>> 0;
      black += Number(data[at] + data[at + 1] + data[at + 2] === 0);
    }
    return { hash, isEmpty: black > data.length / 8 };
  };
  const seen = new Set([picture().hash]);
  let [rested, flickers] = [0, 0];
  document.querySelector(act).click();
  while (rested < 40) {
    await new Promise(requestAnimationFrame);
    const { hash, isEmpty } = picture();
    rested = seen.has(hash) ? rested + 1 : 0;
    flickers += Number(isEmpty);
    seen.add(hash);
  }
  return { pictures: seen.size, flickers };
}, act);

appTest('going out of a rectangle is seen, unless motion is not wanted', async (app) => {
  const { page } = app;
  await open(page, [corpus(FILE)]);
  await page.getByRole('tab', { name: 'Cost' }).click();
  await rows(page).first().waitFor();
  const count = async (reducedMotion) => {
    await page.emulateMedia({ reducedMotion });
    await rows(page).first().dblclick();
    await page.locator('.crumbs button').waitFor();
    await page.waitForTimeout(500);
    const { pictures: seen, flickers } = await pictures(page, '.crumbs button');
    assert.equal(flickers, 0);
    await page.locator('.crumbs button').waitFor({ state: 'detached' });
    return seen;
  };
  const still = await count('reduce');
  // The picture before and the one after; the place may get another size in between.
  assert.ok(still <= 4, `${still}`);
  const moving = await count('no-preference');
  assert.ok(moving > still, `${moving} and ${still}`);
  assert.equal(await count('reduce'), still);
});
