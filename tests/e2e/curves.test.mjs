// The curves below the waterfall: what was used by when, and how full contexts are.

import assert from 'node:assert/strict';
import { eventually, placed, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { ask, open } from './script.mjs';

const curves = (page) => page.getByRole('group', { name: 'Tokens, cost and context over the run' });
const amount = (page, at) => curves(page).locator('.curve-name').nth(at).locator('span').nth(1);
const numbers = (text) => Number(text.replace(/[^0-9.]/g, ''));

appTest('the curves end at the totals of the run, stay switched on, and follow time and pointer', async (app) => {
  const { page } = app;
  await open(page, [corpus('plain-multi-process.jsonl')]);
  const [run] = await ask(page, 'runs', { sort: '-spans' });
  await ask(page, 'select', { trace: run.trace_id });
  const toggle = page.getByRole('button', { name: 'Curves' });
  await toggle.waitFor();
  await settled(page);
  assert.equal(await curves(page).count(), 0, 'off until asked for');
  await toggle.click();
  const spans = await ask(page, 'spans', run.trace_id);
  const owned = spans.filter((span) => span.owns_usage);
  const tokens = owned.reduce((sum, { usage }) => sum + (usage.input ?? 0) + (usage.output ?? 0), 0);
  await page.waitForFunction((tokens) => (
    document.querySelector('.curve-name span:nth-child(2)')?.textContent.replace(/\D/g, '') === String(tokens)), tokens);
  const [{ cost_usd }] = await ask(page, 'runs', { sort: '-spans', limit: 1 });
  if (cost_usd !== undefined) {
    await eventually(async () => numbers(await amount(page, 1).textContent()), (cost) => Math.abs(cost - Number(cost_usd)) < 5e-5);
  }
  const calls = curves(page).getByRole('list', { name: 'Context of calls', includeHidden: true }).locator('li');
  await eventually(() => calls.count(), (count) => count > 0);
  await eventually(() => calls.first().textContent(), /of [\d,]+ tokens \(.+\), gpt-/);
  // Nothing was used when the run began, all of it at the end.
  const box = await placed(curves(page));
  const left = await curves(page).locator('.curve-names').evaluate((names) => names.getBoundingClientRect().width);
  await page.mouse.move(box.x + left + 2, box.y + 20);
  await amount(page, 0).getByText('0', { exact: true }).waitFor();
  await page.mouse.move(box.x + box.width - 14, box.y + 20);
  await page.waitForFunction((tokens) => (
    document.querySelector('.curve-name span:nth-child(2)').textContent.replace(/\D/g, '') === String(tokens)), tokens);
  // It draws more than its ground.
  await eventually(() => curves(page).locator('canvas').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  }), (colours) => colours > 5);
  await page.reload();
  await open(page, [corpus('plain-multi-process.jsonl')]);
  await ask(page, 'select', { trace: run.trace_id });
  await curves(page).waitFor();
  await page.getByRole('button', { name: 'Curves' }).click();
  await eventually(() => curves(page).count(), 0);
});

appTest('a run without tokens has empty curves that say so', async (app) => {
  const { page } = app;
  await open(page, [corpus('fixture-otlp-trace.json')]);
  const [run] = await ask(page, 'runs', {});
  await ask(page, 'select', { trace: run.trace_id });
  await page.getByRole('button', { name: 'Curves' }).click();
  for (const at of [0, 1, 2]) await amount(page, at).getByText('-', { exact: true }).waitFor();
});
