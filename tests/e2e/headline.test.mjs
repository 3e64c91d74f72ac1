// The headline of a run: what it was in a sentence, where its time went, and the way to what is looked for first.

import assert from 'node:assert/strict';
import { eventually } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { otlp, span } from './documents.mjs';
import { ask, open } from './script.mjs';

const chips = (page, name) => page.locator('.headline').getByRole('button', { name });

appTest('a run of agents says who did what, with what, how long and for how much', async (app) => {
  const { page } = app;
  await open(page, [corpus('openllmetry-workflow.json')]);
  const run = (await ask(page, 'runs', { sort: '-spans' })).find(({ agents }) => agents.length === 3);
  await ask(page, 'select', { trace: run.trace_id });
  await page.locator('.headline .split li').first().waitFor();
  const clause = page.locator('.headline h1 .clause');
  await eventually(() => clause.textContent(), /^Finished with 1 error after 21 steps in 2\.34 s, \$0\.0131: 3 agents \(ops_manager, reviewer and sre_linux\)/);
  await eventually(() => clause.textContent(), new RegExp(`${run.llm_calls} calls of ${run.models.join(' and ')}, ${run.tool_calls} tool calls$`));
  await eventually(() => page.locator('.headline .split li b').allTextContents(), (shares) => (
    Math.abs(shares.reduce((sum, text) => sum + Number.parseFloat(text), 0) - 100) < 1.5));

  const spans = await ask(page, 'spans', run.trace_id);
  const chosen = async (name) => {
    await ask(page, 'select', { trace: run.trace_id });
    await page.waitForURL((url) => !/span=/.test(url.hash));
    await chips(page, name).click();
    await page.waitForURL(/span=/);
    const id = /span=([0-9a-f]+)/.exec(page.url())[1];
    return spans.find(({ span_id: own }) => own === id);
  };
  const failed = await chosen('First error');
  assert.equal(failed.status, 'error');
  const calls = spans.filter(({ call }) => call === 'call');
  const longest = await chosen('Longest step');
  assert.ok(calls.every(({ duration_ns: length }) => BigInt(length) <= BigInt(longest.duration_ns)));
  const costliest = await chosen('Costliest step');
  assert.ok(calls.every(({ cost_usd: cost }) => cost <= costliest.cost_usd));
});

appTest('what is not known is said, and a wait between roots is no work', async (app) => {
  await open(app.page, [{ name: 'waits.json', data: otlp([
    span({ trace: 1, id: 1, name: 'first', start: 0, length: 1000 }),
    span({ trace: 1, id: 2, name: 'second', start: 3000, length: 1000 }),
  ]) }]);
  await app.page.locator('.headline .split li').first().waitFor();
  await eventually(() => app.page.locator('.headline h1 .clause').textContent(), /^Finished in \S+ \S+: 2 spans$/);
  await eventually(async () => (await app.page.locator('.headline .split li').allTextContents()).map((text) => text.replace(/ %.*/, ' %')), ['Own code50 %', 'Waiting50 %']);
  await eventually(() => chips(app.page, 'Costliest step').count(), 0);
  await eventually(() => chips(app.page, 'First error').count(), 0);
});
