// The run budget: which call crossed it, where that is marked, that it is remembered; and two members side by side.

import assert from 'node:assert/strict';
import { otlp, span, spanId, text, traceId } from './documents.mjs';
import { eventually } from './eventually.mjs';
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
  await eventually(() => field(page).inputValue(), '1');
  await page.getByText(/^Kept: .* spent, .* %\.$/).waitFor();
  const spans = await byEnd(page, run.trace_id);
  const total = spans.reduce((sum, span) => sum + span.cost_usd, 0);
  const budget = total / 2;
  let spent = 0;
  const crossing = spans.find((span) => (spent += span.cost_usd) > budget);
  await field(page).fill(budget.toFixed(12));
  await field(page).press('Enter');
  const words = page.getByText(/^Crossed at step \d+ of \d+, at .*, by /);
  await eventually(() => words.textContent(), (said) => said.includes(` by ${crossing.name}`));
  await eventually(() => marks(page).getByText(/budget crossed$/, { includeHidden: true }).count(), 1);
  await page.getByRole('button', { name: 'Show in waterfall' }).click();
  await page.getByRole('treegrid').waitFor();
  await eventually(() => page.url(), (url) => url.includes(crossing.span_id));
  // It stays when the page is loaded again.
  await eventually(() => page.evaluate(() => JSON.stringify(localStorage)), /budget/);
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

/** Two calls, half a dollar each by their own account, of a run that may cost this much by its own. */
const recorded = (trace, dollars) => {
  const cost = { key: 'gen_ai.usage.cost', value: { doubleValue: 0.5 } };
  const call = (id, start) => span({ trace, id, parent: trace, name: `chat ${id}`, start, length: 1e6,
    attributes: [text('gen_ai.operation.name', 'chat'), text('gen_ai.request.model', 'gpt-4o'), cost] });
  const budget = { key: 'request.budget_usd', value: { doubleValue: dollars } };
  return [
    span({ trace, id: trace, name: `run ${trace}`, length: 9e6, attributes: dollars ? [budget] : [] }),
    call(trace + 10, 1e6), call(trace + 20, 3e6),
  ];
};

appTest('a budget that the run itself says holds for it, until another is written over it', async (app) => {
  const { page } = app;
  await open(page, [{ name: 'budgets.json', data: otlp([...recorded(1, 0.4), ...recorded(2, 0)]) }]);
  await openCost(page, traceId(1));
  await eventually(() => field(page).inputValue(), '0.4');
  await page.getByText('from request.budget_usd').waitFor();
  await page.getByText(/^Crossed at step 1 of 2, at .*, by chat 11/).waitFor();
  await page.getByRole('tab', { name: 'Waterfall' }).click();
  const flagged = (id) => page.locator(`[data-span-id="${spanId(id)}"][aria-label*="crossed the budget of $0."]`);
  await flagged(11).waitFor({ state: 'attached' });
  // Another, for this run alone.
  await page.getByRole('tab', { name: 'Cost' }).click();
  await eventually(() => field(page).inputValue(), '0.4');
  await field(page).fill('0.6');
  await field(page).press('Enter');
  await page.getByText(/^Crossed at step 2 of 2, at .*, by chat 21/).waitFor();
  await page.getByRole('tab', { name: 'Waterfall' }).click();
  await flagged(21).waitFor({ state: 'attached' });
  await openCost(page, traceId(2));
  await eventually(() => field(page).inputValue(), '1');
  await page.getByText(/^Kept: /).waitFor();
  await openCost(page, traceId(1));
  await eventually(() => field(page).inputValue(), '0.6');
  await page.getByRole('button', { name: 'Use $0.4 of the run' }).click();
  await page.getByText(/^Crossed at step 1 of 2/).waitFor();
  await eventually(() => field(page).inputValue(), '0.4');
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
  await eventually(async () => (await heads.allTextContents()).slice(1, 4), [names[0], names[1], 'Difference']);
  const dollars = (text) => Number(text.replace('−', '-').replace(/[^0-9.-]/g, ''));
  await eventually(() => page.locator('.cost-table tfoot td').allTextContents(), (foot) => (
    foot.length > 2 && Math.abs(dollars(foot[2]) - (dollars(foot[1]) - dollars(foot[0]))) < 2e-4));
  await page.getByLabel('Second').selectOption({ label: names[2] });
  await page.waitForFunction((name) => document.querySelector('.cost-table thead').textContent.includes(name), names[2]);
  await page.getByRole('button', { name: 'End comparison' }).click();
  await page.getByRole('button', { name: 'Compare', exact: true }).waitFor();
  await eventually(() => rows(page).count(), names.length);
});

/** How many different pictures the canvas shows, frame by frame, on the way out until it has rested a while; and before, too. */
const pictures = (page, out) => page.evaluate(async (out) => {
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
  const seen = new Set();
  let flickers = 0;
  const rest = async (isThere) => {
    let last;
    for (let rested = 0; rested < 40;) {
      await new Promise(requestAnimationFrame);
      const { hash, isEmpty } = picture();
      rested = hash === last && isThere() ? rested + 1 : 0;
      flickers += Number(isEmpty);
      seen.add(hash);
      last = hash;
    }
  };
  await rest(() => true);
  seen.clear();
  document.querySelector(out).click();
  // The way out goes when the outer picture comes.
  await rest(() => !document.querySelector(out));
  return { pictures: seen.size, flickers };
}, out);

appTest('going out of a rectangle is seen, unless motion is not wanted', async (app) => {
  const { page } = app;
  await open(page, [corpus(FILE)]);
  await page.getByRole('tab', { name: 'Cost' }).click();
  await rows(page).first().waitFor();
  // A motion lasts twenty times as long as usual, so that a slow machine, too, shows some of it.
  await page.evaluate(() => {
    const real = performance.now.bind(performance);
    const begin = real();
    performance.now = () => begin + (real() - begin) / 20;
  });
  const count = async (reducedMotion) => {
    await page.emulateMedia({ reducedMotion });
    await rows(page).first().dblclick();
    await page.locator('.crumbs button').waitFor();
    const { pictures: seen, flickers } = await pictures(page, '.crumbs button');
    assert.equal(flickers, 0);
    return seen;
  };
  // The picture before and the one after; the place may get another size in between.
  const still = (pictures) => assert.ok(pictures <= 4, `${pictures} pictures without motion`);
  still(await count('reduce'));
  const moving = await count('no-preference');
  assert.ok(moving > 5, `${moving} pictures of the motion`);
  still(await count('reduce'));
});
