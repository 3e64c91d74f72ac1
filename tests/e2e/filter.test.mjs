// The filter bar: conditions, completion, errors at their column, and values that only the file has.

import assert from 'node:assert/strict';
import { eventually, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { otlp, span } from './documents.mjs';
import { ask, open } from './script.mjs';

const status = (page, words) => page.getByRole('status').getByText(words).first().waitFor();
const field = (page) => page.getByLabel(/^Filter by/).first();

appTest('conditions filter the runs, and errors name their column', async (app) => {
  const { page } = app;
  await open(page, [corpus('mlflow-langgraph.json')]);
  const runs = (await ask(page, 'runs', {})).length;
  await field(page).fill('{ kind = llm && duration > 1h }');
  await page.getByText('No run has these words').waitFor();
  await field(page).fill('{ kind = llm && tokens > 0 }');
  await status(page, new RegExp(`of ${runs} runs`));
  await page.locator('#run-0').waitFor();
  await field(page).fill('{ kind = llm && tokens > x }');
  await status(page, 'column 26: expected a number, found x');
  // What is no filter leaves the one before.
  await page.locator('#run-0').waitFor();
  await page.waitForURL(/filter=/);
  await field(page).fill('');
  await status(page, `${runs} runs`);
});

appTest('a value that stands in the file alone is read', async (app) => {
  const { page } = app;
  await open(page, [corpus('mlflow-langgraph.json')]);
  await page.locator('#run-0').waitFor();
  // Messages are longer than what the dictionary takes.
  await field(page).fill('{ span.mlflow.spanInputs =~ "(?s).*messages.*" }');
  await page.locator('#run-0').waitFor();
  await status(page, /of \d+ runs/);
  await field(page).fill('{ span.mlflow.spanInputs = "nobody wrote this" }');
  await page.getByText('No run has these words').waitFor();
});

appTest('a condition is written with the keyboard from what the data has', async (app) => {
  const { page } = app;
  await open(page, [corpus('mlflow-langgraph.json')]);
  await page.locator('#run-0').waitFor();
  await field(page).focus();
  await page.keyboard.type('{ mod');
  const list = page.getByRole('listbox', { name: 'Completions' });
  await list.getByRole('option').first().waitFor();
  await eventually(() => list.getByRole('option').first().textContent(), /^model/);
  await settled(page);
  await page.keyboard.press('Tab');
  await list.getByText('=', { exact: true }).waitFor();
  await settled(page);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await list.getByText('"gpt', { exact: false }).first().waitFor();
  await settled(page);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await list.getByText('&&', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await list.waitFor({ state: 'detached' });
  await page.keyboard.type('}');
  await eventually(() => field(page).inputValue(), /^\{ model = "gpt[^"]*" \}$/);
  await page.locator('#run-0').waitFor();
  await status(page, /of \d+ runs/);
});

appTest('search hits are those that pass the filter', async (app) => {
  const { page } = app;
  const at = (id, more) => span({ id, parent: id === 1 ? undefined : 1, start: id * 1000, length: 900, ...more });
  const spans = [at(1, { name: 'run', length: 9000 }), at(2, { name: 'needle a' }), at(3, { name: 'needle b' }), at(4, { name: 'needle c' })];
  await open(page, [{ name: 'needles.json', data: otlp(spans) }]);
  const hits = (words) => page.getByRole('search').getByRole('status').getByText(words, { exact: true }).waitFor();
  await page.locator('#search').fill('needle');
  await hits('3 in 1 run');
  await field(page).fill('{ name =~ "needle [ab]" }');
  await hits('2 in 1 run');
  await page.locator('#search').focus();
  await page.keyboard.press('ArrowDown');
  await page.getByText('Only what passes the filter').waitFor();
  const listed = page.getByRole('listbox', { name: 'Hits' }).getByRole('option');
  await listed.nth(1).waitFor();
  await eventually(() => listed.count(), 2);
  await page.keyboard.press('Escape');
  await page.locator('#search').fill('needle c');
  await hits('No hits');
  await field(page).fill('');
  await hits('1 in 1 run');
});
