// Traces of one request as one run: from the table and the headline, marked as inferred, with the sum of all figures, in a link.

import assert from 'node:assert/strict';
import { appTest, corpus } from './harness.mjs';
import { otlp, span, spanId, text, traceId } from './documents.mjs';
import { ask, open } from './script.mjs';
import { selected, shown } from './waterfall.mjs';

const FILE = 'plain-multi-process.jsonl';
const head = (page) => page.locator('[role=treegrid] [data-span-id][aria-label*="stitched, which is inferred"]');
const whole = (page) => page.locator('.headline').getByText(/^Shown as one run: 2 traces, one linked to another$/);
const act = (page, name) => page.locator('.headline').getByRole('button', { name, exact: true });

/** Two traces that belong together, as `runs()` tells of them, by the links of their first spans. */
const members = async (page) => {
  const runs = await ask(page, 'runs', { limit: 50 });
  for (const run of runs) {
    const [first] = await ask(page, 'spans', run.trace_id);
    const { links } = await ask(page, 'span', run.trace_id, first.span_id);
    const other = runs.find(({ trace_id: id }) => links?.[0]?.trace_id === id && id !== run.trace_id);
    if (other) return [other, run];
  }
  throw new Error('no trace links to another');
};

appTest('two traces are one run on one axis, with the figures of both', async (app) => {
  const { page } = app;
  await open(page, [corpus(FILE)]);
  const before = await ask(page, 'summary');
  const [lead, worker] = await members(page);
  await ask(page, 'select', { trace: worker.trace_id });
  await page.locator('.headline').getByText('One of 2 traces, one linked to another').waitFor();
  await act(page, 'Show as one run').click();
  await whole(page).waitFor();
  await head(page).waitFor({ state: 'attached' });
  const [leadRoot] = await ask(page, 'spans', lead.trace_id);
  const [workerRoot] = await ask(page, 'spans', worker.trace_id);
  const id = `stitched:${lead.trace_id}`;
  for (const { span_id: span } of [leadRoot, workerRoot]) {
    await ask(page, 'select', { trace: id, span });
    await page.locator(`[role=treegrid] [data-span-id="${span}"][aria-level="2"][aria-selected=true]`).waitFor({ state: 'attached' });
  }
  assert.equal((await ask(page, 'spans', id)).length, lead.spans + worker.spans);
  const cost = async (trace) => (await ask(page, 'view', 'treemap', { trace, levels: ['agent', 'model'], measure: 'cost' })).total ?? 0;
  const sum = await cost(lead.trace_id) + await cost(worker.trace_id);
  assert.ok(Math.abs(await cost(id) - sum) < 1e-12);
  // Nothing else counts otherwise.
  const after = await ask(page, 'summary');
  assert.deepEqual({ ...after, memory_bytes: before.memory_bytes }, before);
  // A span that is selected stays, and apart it is in the trace it was recorded in.
  await whole(page).waitFor();
  await act(page, 'Show apart').click();
  await page.waitForURL((url) => url.hash.includes(`trace=${worker.trace_id}`));
  await selected(page, workerRoot.span_id);
  await head(page).waitFor({ state: 'detached' });
});

appTest('every view of the stitched run takes all its spans, and its link restores it', async (app) => {
  const { page } = app;
  await open(page, [corpus(FILE)]);
  const [lead, worker] = await members(page);
  const id = `stitched:${lead.trace_id}`;
  await ask(page, 'select', { trace: id });
  await whole(page).waitFor();
  for (const tab of ['Cost', 'Routing', 'Agents', 'Statistics', 'Waterfall']) {
    await page.getByRole('tab', { name: tab }).click();
    await whole(page).waitFor();
  }
  await head(page).waitFor({ state: 'attached' });
  const [root] = await ask(page, 'spans', worker.trace_id);
  await ask(page, 'select', { trace: id, span: root.span_id });
  await page.waitForURL((url) => url.hash.includes(`trace=stitched:${lead.trace_id}`) && url.hash.includes(root.span_id));
  const again = await app.newTab(new URL(page.url()).hash.slice(1));
  await app.drop([corpus(FILE)], { page: again });
  await whole(again).waitFor();
  await selected(again, root.span_id);
});

appTest('the table of runs leads to all traces of a request, by any correlation id', async (app) => {
  const { page } = app;
  const request = [text('correlation_id', 'order-4711')];
  const data = otlp([
    span({ trace: 1, id: 1, name: 'intake', attributes: request }),
    span({ trace: 2, id: 2, name: 'unrelated', start: 1e6 }),
    span({ trace: 3, id: 3, name: 'billing', start: 5e6, attributes: request }),
  ]);
  await open(page, [{ name: 'orders.json', data }]);
  const rows = page.locator('.runs-body [role=row]');
  await rows.filter({ hasText: 'unrelated' }).waitFor();
  assert.equal((await ask(page, 'runs', {})).length, 3);
  await rows.filter({ hasText: 'billing' }).getByRole('button', { name: 'Show as one run' }).click();
  await page.locator('.headline').getByText('Shown as one run: 2 traces with the same correlation_id order-4711').waitFor();
  await shown(page, spanId(3));
  await shown(page, spanId(1));
  await page.waitForURL((url) => url.hash.includes(`trace=stitched:${traceId(1)}`));
});

appTest('what the graph infers between traces leads to all of them as one run', async (app) => {
  const { page } = app;
  const agent = (name) => [
    text('gen_ai.operation.name', 'invoke_agent'), text('gen_ai.agent.name', name), text('request_id', 'claim-0815'),
  ];
  const data = otlp([
    span({ trace: 1, id: 1, name: 'front', attributes: agent('front') }),
    span({ trace: 2, id: 2, name: 'back', start: 5e6, attributes: agent('back') }),
  ]);
  await open(page, [{ name: 'claims.json', data }]);
  await page.getByRole('tab', { name: 'Agents' }).click();
  const panel = page.getByRole('complementary', { name: 'Agents, tools and models' });
  await panel.getByRole('rowheader', { name: /^back/ }).click();
  await panel.getByTitle('front probably leads to back, once, inferred').click();
  await panel.getByRole('button', { name: 'Show as one run' }).click();
  await page.locator('.headline').getByText('Shown as one run: 2 traces with the same request_id claim-0815').waitFor();
  // There it is one already.
  await panel.getByRole('rowheader', { name: /^back/ }).click();
  await panel.getByTitle('front probably leads to back, once, inferred').click();
  await panel.getByText('Inferred: the traces carry the same correlation id').waitFor();
  await panel.getByRole('button', { name: 'Show as one run' }).waitFor({ state: 'detached' });
});
