// The prices dialog: prices of one's own, edited, imported, copied, reset and kept; what they make of the cost of runs.

import assert from 'node:assert/strict';
import { eventually } from './eventually.mjs';
import { appTest } from './harness.mjs';
import { otlp, span, text } from './documents.mjs';
import { ask, open } from './script.mjs';

const count = (key, value) => ({ key, value: { intValue: String(value) } });

/** A call of a model that nobody has a price for, of a million tokens each way, and a call of a tool. */
const document = () => [{ name: 'priced.json', data: otlp([
  span({ id: 1, name: 'run', length: 9000 }),
  span({ id: 2, parent: 1, name: 'chat', start: 100, length: 500, attributes: [
    text('gen_ai.operation.name', 'chat'), text('gen_ai.request.model', 'nobody-knows-1'),
    count('gen_ai.usage.input_tokens', 1_000_000), count('gen_ai.usage.output_tokens', 1_000_000)] }),
  span({ id: 3, parent: 1, name: 'execute_tool lookup', start: 700, length: 500, attributes: [
    text('gen_ai.operation.name', 'execute_tool'), text('gen_ai.tool.name', 'lookup')] }),
]) }];

const cost = async (page) => (await ask(page, 'runs', {}))[0].cost_usd;
const dialog = (page) => page.getByRole('dialog', { name: 'Prices' });
const own = (page) => dialog(page).getByLabel('Your prices');
const said = (page, words) => dialog(page).getByRole('status').getByText(words).waitFor();

async function show(page) {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Show prices' }).click();
  await dialog(page).waitFor();
}

const load = (page, name, data) => dialog(page).getByLabel(/^Import a price table/).setInputFiles({
  name, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(data)),
});

appTest('prices of models and tools are edited, kept over a reload, and reset', async (app) => {
  const { page } = app;
  await open(page, document());
  await eventually(() => cost(page), null, 'a model without a price is unknown, not free');
  await show(page);
  await own(page).fill('nobody-knows-1\t\t3\t4\n@tool\tlookup\t0.5\n');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await said(page, 'Saved: prices of 1 model and 1 tool.');
  await eventually(() => cost(page), 7.5);
  await own(page).fill('nobody-knows-1\t\tfree\t4');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await said(page, /line 1: expected a price/);
  await eventually(() => cost(page), 7.5, 'what is no table changes nothing');
  await page.keyboard.press('Escape');
  await page.locator('.headline h1', { hasText: '$7.50' }).waitFor();

  await app.reload(page);
  await open(page, document());
  await eventually(() => cost(page), 7.5, 'kept in this browser');
  await show(page);
  await eventually(() => own(page).inputValue(), /nobody-knows-1\t\t3\t4\n[^]*@tool\tlookup\t0\.5/);
  await dialog(page).getByRole('button', { name: 'Reset' }).click();
  await said(page, 'No prices of your own.');
  await eventually(() => cost(page), null);
  await app.reload(page);
  await open(page, document());
  await eventually(() => cost(page), null);
});

appTest('tables of LiteLLM and Langfuse are imported, added to what is there, and copied', async (app) => {
  const { page } = app;
  await open(page, document());
  await show(page);
  await load(page, 'model_prices.json', {
    sample_spec: {}, image: { output_cost_per_image: 1 },
    'nobody-knows-1': { input_cost_per_token: 2e-6, output_cost_per_token: '0.000001', litellm_provider: 'nobody' },
  });
  await said(page, /Saved: prices of 1 model\. Left out: 1 row/);
  await eventually(() => cost(page), 3);
  await load(page, 'default-model-prices.json', [
    { modelName: 'other-1', prices: { input: 0.000005, output: 0.00001 } },
    { modelName: 'nobody-knows-1', inputPrice: 0.000001, outputPrice: 0.000001 },
  ]);
  await said(page, /Saved: prices of \d models?\./);
  await eventually(() => cost(page), 2, 'the later table counts');
  await dialog(page).getByRole('button', { name: 'Copy' }).click();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await eventually(copied, /^nobody-knows-1\t/m);
  await eventually(copied, /^other-1\t\t5\t10/m);
  await load(page, 'nothing.json', { hello: 'world' });
  await said(page, /expected prices of models as LiteLLM, Langfuse or this app writes them/);
  await eventually(() => cost(page), 2);
});

appTest('the built-in table is searched, a row is taken, and an unknown model can be estimated', async (app) => {
  const { page } = app;
  await open(page, document());
  await show(page);
  await dialog(page).getByLabel('Search models').fill('gpt-4o-mini');
  await dialog(page).getByRole('rowheader').getByText('gpt-4o-mini', { exact: true }).first().waitFor();
  await dialog(page).getByRole('button', { name: 'Edit the price of gpt-4o-mini', exact: true }).first().click();
  await eventually(() => own(page).inputValue(), /^gpt-4o-mini\t/);
  await own(page).fill('');
  await dialog(page).getByLabel(/^Assume \$5 in and \$15 out/).check();
  await said(page, 'No prices of your own.');
  await eventually(() => cost(page), 20);
  await page.keyboard.press('Escape');
  await page.locator('.headline h1', { hasText: '$20.00 (estimated)' }).waitFor();
  await page.getByRole('navigation', { name: 'Pages' }).getByText('Runs').click();
  await eventually(() => page.locator('#run-0 .cost').getAttribute('title'), /^\$20, estimated/);
  await app.reload(page);
  await open(page, document());
  await eventually(() => cost(page), 20, 'kept');
});
