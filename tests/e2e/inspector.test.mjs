// The inspector: everything about the selected span, however large, and never as HTML.

import assert from 'node:assert/strict';
import { eventually, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { EPOCH, otlp, span, spanId, text, traceId } from './documents.mjs';
import { ask, open } from './script.mjs';
import { selected } from './waterfall.mjs';

const inspector = (page) => page.getByRole('complementary', { name: 'Inspector' });
const tab = (page, name) => inspector(page).getByRole('tab', { name });
const panel = (page) => inspector(page).getByRole('tabpanel');
const attribute = (page, key) => panel(page).locator(`[data-key="${key}"]`);
const copied = (page) => page.evaluate(() => navigator.clipboard.readText());

const STACK = 'Traceback (most recent call last):\n  File "tool.py", line 7, in run\n    raise KeyError(key)\nKeyError: 42';

const RICH = span({
  id: 2, parent: 1, name: 'execute_tool get_order', kind: 3, start: 1_000_000, length: 2_500_000, traceState: 'a=b',
  status: { code: 2, message: 'the order was not found' },
  attributes: [
    text('gen_ai.tool.name', 'get_order'),
    { key: 'count', value: { intValue: '9007199254740993' } },
    { key: 'share', value: { doubleValue: 0.25 } },
    { key: 'cached', value: { boolValue: false } },
    { key: 'list', value: { arrayValue: { values: [{ stringValue: 'one' }, { intValue: '2' }] } } },
    { key: 'map', value: { kvlistValue: { values: [text('inner', 'deep')] } } },
    text('details', '{"order":{"id":"A-17","lines":[{"sku":"x"},{"sku":"y"}]}}'),
    text('long', Array.from({ length: 20_000 }, (_, at) => `line ${at}`).join('\n')),
  ],
  events: [
    { name: 'retry', timeUnixNano: String(EPOCH + 1_500_000n), attributes: [{ key: 'attempt', value: { intValue: '1' } }] },
    { name: 'exception', timeUnixNano: String(EPOCH + 3_000_000n), attributes: [
      text('exception.type', 'KeyError'), text('exception.message', '42'), text('exception.stacktrace', STACK)] },
  ],
  links: [{ traceId: traceId(2), spanId: spanId(9), attributes: [text('why', 'queued')] }, { traceId: traceId(3), spanId: spanId(99) }],
});

async function openRich(app) {
  const log = { resourceLogs: [{ scopeLogs: [{ logRecords: [{
    timeUnixNano: String(EPOCH + 1_200_000n), severityNumber: 13, severityText: 'WARN', body: { stringValue: 'order service is slow' },
    traceId: traceId(1), spanId: spanId(2), attributes: [text('logger', 'orders')],
  }] }] }] };
  await open(app.page, [
    { name: 'rich.json', data: otlp([
      span({ name: 'root', length: 5_000_000 }), RICH, span({ trace: 2, id: 9, name: 'queue consumer' }),
    ], 'orders') },
    { name: 'logs.json', data: JSON.stringify(log) },
  ]);
  await ask(app.page, 'select', { trace: traceId(1), span: spanId(2) });
  await inspector(app.page).getByRole('heading', { name: RICH.name }).waitFor();
}

appTest('what a level says went wrong is told, and is in no count', async (app) => {
  const { page } = app;
  const level = (value) => [text('langfuse.observation.type', 'tool'), text('langfuse.observation.level', value), text('langfuse.observation.status_message', `${value} of the tool`)];
  await open(page, [{ name: 'levels.json', data: otlp([
    span({ id: 1, name: 'root', length: 9_000_000 }),
    span({ id: 2, parent: 1, name: 'search', start: 1_000_000, attributes: level('ERROR') }),
    span({ id: 3, parent: 1, name: 'mask', start: 2_000_000, attributes: level('WARNING') }),
    span({ id: 4, parent: 1, name: 'fine', start: 3_000_000, attributes: level('DEFAULT') }),
    span({ id: 5, parent: 1, name: 'both', start: 4_000_000, attributes: level('ERROR'), status: { code: 2, message: 'timed out' } }),
  ]) }]);
  const summary = await ask(page, 'summary');
  assert.deepEqual([summary.error_spans, summary.tool_errors], [1, 1]);
  const boxes = inspector(page).locator('.status-box');
  for (const [id, name, said] of [
    [2, 'search', ['ERRORERROR of the toollangfuse.observation.level, status unset']], [3, 'mask', ['WARNINGWARNING of the toollangfuse.observation.level, status unset']],
    [4, 'fine', []], [5, 'both', ['errortimed out']],
  ]) {
    await ask(page, 'select', { trace: traceId(1), span: spanId(id) });
    await inspector(page).getByRole('heading', { name }).waitFor();
    await eventually(() => boxes.allTextContents(), said, name);
  }
});

appTest('the head says name, kind, status, times and ids', async (app) => {
  await openRich(app);
  const { page } = app;
  for (const words of ['orders', 'at 1.00 ms', '2.50 ms', 'client', 'error', 'the order was not found', '2026-11-18 11:06:40.001 UTC']) {
    await eventually(() => inspector(page).locator('header').first().textContent(), (head) => head.includes(words), words);
  }
  await inspector(page).getByRole('button', { name: /span/i }).first().click();
  await app.told(/copied/);
  await eventually(() => copied(page), spanId(2));
  await inspector(page).getByRole('button', { name: 'Go to the parent' }).click();
  await selected(page, spanId(1));
  await inspector(page).getByRole('heading', { name: 'root' }).waitFor();
});

appTest('attributes have their types, are filtered and copied', async (app) => {
  await openRich(app);
  const { page } = app;
  await eventually(() => tab(page, /^Attributes/).getAttribute('aria-selected'), 'true');
  const types = { 'gen_ai.tool.name': 'text', count: 'int', share: 'double', cached: 'bool', list: 'array', map: 'map' };
  for (const [key, type] of Object.entries(types)) await eventually(() => attribute(page, key).locator('.type').textContent(), type);
  await eventually(() => attribute(page, 'count').textContent(), /9007199254740993/);
  await eventually(() => attribute(page, 'share').textContent(), /0\.25/);
  const field = panel(page).getByRole('textbox', { name: 'Filter attributes' });
  await field.fill('tool');
  await attribute(page, 'count').waitFor({ state: 'detached' });
  await eventually(() => panel(page).locator('[data-key]').count(), 1);
  await field.fill('no such words');
  await panel(page).getByText('No attribute contains these words.').waitFor();
  await field.fill('');
  await attribute(page, 'count').hover();
  await attribute(page, 'count').getByRole('button', { name: 'Copy value' }).click();
  await app.told('Value copied');
  await eventually(() => copied(page), '9007199254740993');
  await attribute(page, 'cached').hover();
  await attribute(page, 'cached').getByRole('button', { name: 'Copy key and value' }).click();
  await app.told('Key and value copied');
  await eventually(() => copied(page), 'cached=false');
});

appTest('JSON values are trees, and texts when wanted', async (app) => {
  await openRich(app);
  const { page } = app;
  const value = attribute(page, 'details');
  await value.getByText('A-17').waitFor();
  assert.ok(!(await value.textContent()).includes('{"order":{"id":"A-17"'));
  await value.getByRole('button', { name: 'Text' }).click();
  await value.getByText('{"order":{"id":"A-17","lines":[{"sku":"x"},{"sku":"y"}]}}').waitFor();
  await value.getByRole('button', { name: 'Tree' }).click();
  await value.getByText('A-17', { exact: false }).waitFor();
});

appTest('a long text shows at once and holds only the lines on screen', async (app) => {
  await openRich(app);
  const { page } = app;
  const value = attribute(page, 'long');
  await value.scrollIntoViewIfNeeded();
  await value.getByText('line 0', { exact: true }).or(value.getByText(/^line 0/)).first().waitFor();
  await settled(page);
  const elements = await value.locator('*').count();
  assert.ok(elements < 400, `${elements} elements for one value`);
  assert.ok(!(await value.textContent()).includes('line 19999'));
});

appTest('events come with exceptions: type, message and stack', async (app) => {
  await openRich(app);
  const { page } = app;
  await tab(page, /^Events\s*2/).click();
  const events = panel(page).getByRole('listitem').filter({ hasText: 'exception' });
  await eventually(() => panel(page).textContent(), /retry.*\+500 µs.*attempt.*exception.*\+2\.00 ms.*KeyError.*42.*Traceback.*raise KeyError/s);
  await events.first().locator('.exception-stack').waitFor();
});

appTest('links are followed both ways', async (app) => {
  await openRich(app);
  const { page } = app;
  await tab(page, /^Links\s*2/).click();
  await eventually(() => panel(page).textContent(), /why.*queued/s);
  await panel(page).getByRole('button', { name: 'queue consumer' }).click();
  await selected(page, spanId(9));
  await inspector(page).getByRole('heading', { name: 'queue consumer' }).waitFor();
  await tab(page, /^Links\s*1/).click();
  await panel(page).getByRole('button', { name: RICH.name }).click();
  await selected(page, spanId(2));
});

appTest('a link to a span that is not here says so', async (app) => {
  await openRich(app);
  const { page } = app;
  await tab(page, /^Links/).click();
  await panel(page).getByText('Not in this document').waitFor();
});

appTest('log records stand with the span they name', async (app) => {
  await openRich(app);
  const { page } = app;
  await tab(page, /^Logs\s*1/).click();
  await eventually(() => panel(page).textContent(), /WARN.*\+200 µs.*order service is slow.*logger.*orders/s);
});

appTest('resource, scope and trace state', async (app) => {
  await openRich(app);
  const { page } = app;
  await tab(page, 'Resource').click();
  await eventually(() => panel(page).textContent(), /service\.name.*orders.*Scope.*scenario.*Trace state.*a=b/s);
});

appTest('the raw JSON is that of the file, byte for byte', async (app) => {
  await openRich(app);
  const { page } = app;
  await tab(page, 'Raw').click();
  await panel(page).getByText('spanId', { exact: false }).first().waitFor();
  await panel(page).getByRole('button', { name: 'As in the file' }).click();
  const lines = panel(page).locator('.long-lines');
  await lines.waitFor();
  await eventually(() => lines.textContent(), (text) => text.replaceAll('\n', '').includes(`"spanId":"${spanId(2)}"`));
  await panel(page).getByRole('button', { name: 'Copy the JSON' }).click();
  await app.told('JSON copied');
  await eventually(() => copied(page), JSON.stringify(RICH));
});

appTest('tabs are walked with arrow keys, and a tab stays chosen for the next span', async (app) => {
  await openRich(app);
  const { page } = app;
  await settled(page);
  await tab(page, /^Attributes/).press('ArrowRight');
  await eventually(() => tab(page, /^Events/).getAttribute('aria-selected'), 'true');
  await eventually(() => page.evaluate(() => document.activeElement.getAttribute('role')), 'tab');
  await tab(page, 'Raw').click();
  await ask(page, 'select', { trace: traceId(2), span: spanId(9) });
  await inspector(page).getByRole('heading', { name: 'queue consumer' }).waitFor();
  await eventually(() => tab(page, 'Raw').getAttribute('aria-selected'), 'true');
});

appTest('Enter goes from the row to the inspector; it is closed and opened again', async (app) => {
  await openRich(app);
  const { page } = app;
  await settled(page);
  await page.locator('[role=treegrid] [aria-selected=true]').press('Enter');
  await page.waitForFunction(() => document.activeElement.closest('aside')?.getAttribute('aria-label') === 'Inspector');
  await inspector(page).getByRole('button', { name: 'Close the inspector' }).click();
  await inspector(page).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /inspector/i }).click();
  await inspector(page).getByRole('heading', { name: RICH.name }).waitFor();
});

appTest('every span of the corpus can be looked at, in every tab', async (app) => {
  const { page } = app;
  for (const file of ['strands-legacy.json', 'mlflow-langgraph.json', 'fixture-otelgui-sample-trace-links.json']) {
    await open(page, [corpus(file)]);
    const runs = await ask(page, 'runs', { sort: '-spans' });
    const spans = await ask(page, 'spans', runs[0].trace_id);
    for (const one of spans.filter((_, at) => at % 8 === 0)) {
      await ask(page, 'select', { trace: one.trace_id, span: one.span_id });
      await inspector(page).getByRole('heading', { level: 2, name: one.name }).first().waitFor();
      // Spans have the same names: until this one is there, the tabs are those of the one before.
      await settled(page);
      for (const each of await inspector(page).getByRole('tab').all()) await each.click();
    }
  }
});

appTest('of a file that has changed the inspector says so', async (app) => {
  const { page } = app;
  const path = app.write({ name: 'changing.json', data: otlp([span({ name: 'root' }), RICH]) });
  await app.drop([path]);
  await page.locator('[role=treegrid] [data-span-id]').nth(1).waitFor({ state: 'attached' });
  app.write({ name: 'changing.json', data: 'x'.repeat(100_000) });
  await ask(page, 'select', { trace: traceId(1), span: spanId(2) });
  await inspector(page).getByText(/file changed; drop it again/i).waitFor();
  await eventually(() => inspector(page).textContent(), /2\.50 ms/);
});
