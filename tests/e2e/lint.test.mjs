// What the instrumentation left out: counted by scope in the import report, each line a way to its spans.

import assert from 'node:assert/strict';
import { eventually, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { otlp, span, text } from './documents.mjs';
import { ask, open } from './script.mjs';

const report = async (page) => {
  await page.locator('.source button').first().click();
  await page.getByRole('menuitem', { name: 'Import report' }).click();
  return page.getByRole('region', { name: 'Instrumentation' });
};

appTest('calls without model and tokens are counted, and a line opens its spans', async (app) => {
  const { page } = app;
  const call = (id, attributes) => span({
    id, parent: 1, name: `chat ${id}`, start: id * 1000, length: 500, attributes: [text('gen_ai.operation.name', 'chat'), ...attributes],
  });
  await open(page, [{ name: 'bare.json', data: otlp([
    span({ id: 1, name: 'run', length: 9000 }),
    call(2, []),
    call(3, [text('gen_ai.request.model', 'gpt-4o'), text('gen_ai.system', 'openai'), text('gen_ai.input.messages', '[]')]),
  ]) }]);
  const section = await report(page);
  const lines = section.getByRole('row');
  await lines.nth(1).waitFor();
  const cells = async (what) => (
    await lines.filter({ hasText: what }).locator('td').allTextContents()).slice(2, 4);
  await eventually(() => cells('No model'), ['1', '50 %']);
  await eventually(() => cells('No tokens'), ['2', '100 %']);
  await eventually(() => cells('No input'), ['1', '50 %']);
  await eventually(() => cells('No output'), ['2', '100 %']);
  await eventually(async () => (await cells('gen_ai.system'))[0], '1');
  await lines.filter({ hasText: 'No model' }).getByRole('button', { name: 'Show 1 span' }).click();
  await page.waitForURL(/filter=/);
  await eventually(() => page.getByLabel(/^Filter by/).first().inputValue(), /^\{ missing = model && /);
});

appTest('a run that is recorded in full has nothing to say', async (app) => {
  const { page } = app;
  await open(page, [corpus('otel-openai-v2-latest.jsonl')]);
  const section = await report(page);
  await section.waitFor();
  const spans = (await Promise.all((await ask(page, 'runs', {})).map(({ trace_id: id }) => ask(page, 'spans', id)))).flat();
  const calls = spans.filter(({ call }) => call === 'call');
  const without = calls.filter(({ model }) => model === null).length;
  await settled(page);
  await eventually(() => section.getByRole('row').allTextContents(), (what) => what.some((line) => line.startsWith('No model')) === without > 0);
});
