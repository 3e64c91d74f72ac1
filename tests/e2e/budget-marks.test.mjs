// The run budget in the waterfall: the call that crossed it and the way there; and spans that a budget stopped, apart from errors.

import assert from 'node:assert/strict';
import { eventually } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { otlp, span, spanId, text, traceId } from './documents.mjs';
import { ask, open } from './script.mjs';
import { selected } from './waterfall.mjs';

const chip = (page, name) => page.locator('.headline').getByRole('button', { name });
const flagged = (page, words) => page.locator(`[role=treegrid] [data-span-id][aria-label*="${words}"]`);
const FILE = 'openllmetry-langgraph-openai.json.gz';

appTest('the call that crossed the budget is marked on its row, and the headline leads there', async (app) => {
  const { page } = app;
  await open(page, [corpus(FILE)]);
  const [run] = await ask(page, 'runs', { sort: '-cost_usd', limit: 1 });
  await ask(page, 'select', { trace: run.trace_id });
  await page.locator('.headline .split li').first().waitFor();
  // It kept to a dollar.
  assert.ok(run.cost_usd < 1);
  await flagged(page, 'crossed').waitFor({ state: 'detached' });
  await chip(page, 'Crossed the budget').waitFor({ state: 'detached' });
  const costs = (await ask(page, 'spans', run.trace_id)).filter((it) => it.cost_usd !== null);
  const end = (it) => BigInt(it.start_ns) + BigInt(it.duration_ns);
  costs.sort((a, b) => (end(a) < end(b) ? -1 : 1));
  const budget = run.cost_usd / 2;
  let spent = 0;
  const crossing = costs.find((it) => (spent += it.cost_usd) > budget);
  await page.getByRole('tab', { name: 'Cost' }).click();
  await page.getByLabel('Run budget in dollars').fill(budget.toFixed(12));
  await page.getByLabel('Run budget in dollars').press('Enter');
  await page.getByRole('tab', { name: 'Waterfall' }).click();
  await chip(page, 'Crossed the budget').click();
  await selected(page, crossing.span_id);
  const row = flagged(page, 'crossed the budget of $0.0');
  await row.waitFor({ state: 'attached' });
  await page.waitForFunction(([id, words]) => {
    const rows = [...document.querySelectorAll('[role=treegrid] [data-span-id]')];
    const found = rows.filter((row) => row.ariaLabel.includes(words));
    return found.length === 1 && found[0].dataset.spanId === id;
  }, [crossing.span_id, 'crossed the budget of ']);
});

/** An agent that a budget stopped: `kind` tells where it is said. */
const stopped = otlp([
  span({ trace: 1, id: 1, name: 'agent', length: 9e6, status: { code: 2 } }),
  span({ trace: 1, id: 2, parent: 1, name: 'chat gpt-4o', start: 1e6, length: 2e6,
    attributes: [text('gen_ai.operation.name', 'chat'), text('gen_ai.request.model', 'gpt-4o')] }),
  span({ trace: 1, id: 3, parent: 1, name: 'chat gpt-4o', start: 4e6, length: 1e6,
    attributes: [text('gen_ai.operation.name', 'chat'), text('gen_ai.request.model', 'gpt-4o')],
    status: { code: 2, message: 'Budget has been exceeded! Current cost: 0.51, Max budget: 0.5' },
    events: [{ name: 'exception', timeUnixNano: '1795000000004500000',
      attributes: [text('exception.type', 'BudgetExceededError'), text('exception.message', 'spent')] }] }),
  span({ trace: 2, id: 4, name: 'other', status: { code: 2, message: 'timeout' } }),
]);

appTest('what a budget stopped is told apart from errors: outcome, row, headline, flow', async (app) => {
  const { page } = app;
  await open(page, [{ name: 'stopped.json', data: stopped }]);
  await page.locator('.runs-body [role=row]', { hasText: 'agent' }).locator('.outcome', { hasText: /^budget$/ }).waitFor();
  await page.locator('.runs-body [role=row]', { hasText: 'other' }).locator('.outcome', { hasText: /^failed$/ }).waitFor();
  await ask(page, 'select', { trace: traceId(1) });
  await page.locator('.headline h1 .clause', { hasText: /^Stopped by a budget after 2 steps/ }).waitFor();
  await chip(page, 'First error').waitFor({ state: 'detached' });
  await chip(page, 'Stopped by a budget').click();
  await selected(page, spanId(3));
  await flagged(page, 'error BudgetExceededError, stopped by a budget').waitFor({ state: 'attached' });
  // The evidence stands in the inspector.
  await page.locator('.inspector').getByText('Budget has been exceeded').first().waitFor();
  await page.locator('.inspector').getByRole('tab', { name: /^Events/ }).click();
  await page.locator('.inspector').getByText('BudgetExceededError').first().waitFor();
  await page.getByRole('tab', { name: 'Routing' }).click();
  await page.getByText('stopped by a budget').first().waitFor({ state: 'attached' });
  const ways = page.getByRole('group', { name: 'Flow from task to outcome' });
  await ways.focus();
  const chosen = page.getByRole('complementary').getByRole('status');
  for (const step of ['Right', 'Right', 'Right', 'Right', 'Down']) await ways.press(`Arrow${step}`);
  await chosen.getByText('stopped by a budget').waitFor();
  await ways.press('Enter');
  await selected(page, spanId(3));
  await eventually(() => page.getByLabel(/^Filter by/).first().inputValue(), '{ call = budget }');
  // A filter keeps the runs that ended so.
  const { cells } = await ask(page, 'view', 'routing', { filter: '{ outcome = budget }' });
  assert.equal(cells.reduce((sum, cell) => sum + cell.calls, 0), 2);
});
