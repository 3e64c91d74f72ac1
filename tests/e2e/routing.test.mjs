// Who was asked what: the matrix of all runs and of one, its measures, keys and the way to the waterfall, the flow, what if.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually, resting, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { ask, open } from './script.mjs';

const grid = (page) => page.getByRole('grid');
const cells = (page) => grid(page).locator('tbody [role=gridcell]:not([aria-label])');
const side = (page) => page.getByRole('complementary', { name: 'What if' });
const ways = (page) => page.getByRole('group', { name: 'Flow from task to outcome' });
const dollars = (text) => Number(text.replace(/[^0-9.]/g, ''));
const measure = (page, name) => page.getByRole('group', { name: 'Measure' }).getByRole('button', { name, exact: true }).click();

async function show(app, file) {
  const { page } = app;
  await open(page, [corpus(file)]);
  await page.getByRole('tab', { name: 'Routing' }).click();
  await cells(page).first().waitFor();
  await settled(page);
}

appTest('the matrix of all runs adds up to the summary', async (app) => {
  const { page } = app;
  await show(app, 'openllmetry-langgraph-openai.json.gz');
  const summary = await ask(page, 'summary');
  const { cells: known } = await ask(page, 'view', 'routing', {});
  const total = grid(page).locator('tfoot td').last();
  await eventually(() => total.getAttribute('title'), (full) => {
    assert.equal(dollars(full.split(' USD')[0]), summary.cost_usd);
    assert.equal(Number(full.split(', ')[1].replace(/\D/g, '')), summary.total_input + summary.total_output);
  });
  await eventually(() => cells(page).count(), known.length);
  const calls = known.reduce((sum, cell) => sum + cell.calls, 0);
  await eventually(() => total.textContent(), new RegExp(`${calls} calls`));
  await measure(page, 'Calls');
  await total.locator('b').getByText(String(calls), { exact: true }).waitFor();
  await measure(page, 'Tokens');
  await grid(page).locator('.heat-7').first().waitFor();
  await page.waitForURL(/view=routing/);
  // Tasks in the place of agents.
  await page.getByRole('group', { name: 'Rows' }).getByRole('button', { name: 'Tasks' }).click();
  await page.getByRole('grid', { name: 'Tasks and models' }).waitFor();
  const tasks = await ask(page, 'view', 'routing', { rows: 'task' });
  await eventually(() => cells(page).count(), tasks.cells.length);
});

appTest('cells are walked through with the keyboard, and lead to their calls', async (app) => {
  const { page } = app;
  await show(app, 'openllmetry-langgraph-openai.json.gz');
  const { cells: known } = await ask(page, 'view', 'routing', {});
  await grid(page).locator('[tabindex="0"]').focus();
  await settled(page);
  const chosen = () => grid(page).locator('[aria-selected=true]');
  await page.keyboard.press('ArrowUp');
  await settled(page);
  assert.equal(await page.evaluate(() => document.activeElement.closest('thead')), null, 'the corner is no cell');
  await page.keyboard.press('ArrowRight');
  await chosen().filter({ hasText: /call/ }).waitFor();
  await page.keyboard.press('ArrowUp');
  const model = known.map((cell) => cell.column).find((name) => name !== null);
  await eventually(() => page.evaluate(() => document.activeElement.getAttribute('scope')), 'col');
  await page.keyboard.press('ArrowDown');
  await settled(page);
  const row = await grid(page).locator('tbody tr').first().locator('th b').textContent();
  const column = await grid(page).locator('thead th b').first().textContent();
  const cell = known.find((one) => one.row === row && one.column === column);
  await side(page).getByRole('button', { name: `Show ${cell.calls} call` }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('treegrid').waitFor();
  await eventually(() => page.getByLabel(/^Filter by/).first().inputValue(), `{ agent = "${row}" && model = "${column}" }`);
  assert.ok(model);
});

appTest('what if: nothing changes nothing, another model changes what it is assigned to', async (app) => {
  const { page } = app;
  await show(app, 'openllmetry-langgraph-openai.json.gz');
  const recorded = page.getByRole('group', { name: 'All loaded runs' });
  const before = await eventually(() => recorded.textContent(), /same/);
  const same = await ask(page, 'view', 'what_if', { assign: {} });
  assert.equal(same.before_usd, same.after_usd);
  const field = side(page).getByLabel('Model of All agents');
  await field.fill('gpt-4.1-nano');
  await field.press('Enter');
  await recorded.getByText('Change').waitFor();
  const { before_usd, after_usd } = await ask(page, 'view', 'what_if', { assign: { '*': 'gpt-4.1-nano' } });
  await eventually(() => recorded.locator('.figure').allTextContents(), (figures) => {
    assert.ok(Math.abs(dollars(figures[0]) - before_usd) < 5e-5, figures[0]);
    assert.ok(Math.abs(dollars(figures[1]) - after_usd) < 5e-5, figures[1]);
    assert.match(figures[2], after_usd < before_usd ? /^\u2212/ : /^\+/);
  });
  await grid(page).locator('.is-changed s').first().waitFor();
  // The field kept its place while everything else changed.
  await eventually(() => field.inputValue(), 'gpt-4.1-nano');
  await field.fill('no such model');
  await field.press('Enter');
  await side(page).getByText('There is no price of no such model.').waitFor();
  await side(page).getByRole('button', { name: 'Reset' }).click();
  await recorded.getByText('same').waitFor();
  await eventually(() => recorded.textContent(), before);
  await eventually(() => grid(page).locator('.is-changed').count(), 0);
  // Of one run, beside all of them.
  await side(page).getByLabel('Model to compare').fill('gpt-4.1');
  await side(page).getByLabel('Model to compare').press('Enter');
  await side(page).getByRole('button', { name: /^gpt-4\.1$/ }).click();
  await recorded.getByText('Change').waitFor();
  await eventually(() => field.inputValue(), 'gpt-4.1');
  // Tasks have assignments of their own.
  await page.getByRole('group', { name: 'Rows' }).getByRole('button', { name: 'Tasks' }).click();
  await side(page).getByLabel('Model of All tasks').waitFor();
  await recorded.getByText('same').waitFor();
  const task = side(page).getByLabel(/^Model of/).nth(1);
  await task.fill('gpt-4.1-nano');
  await task.press('Enter');
  await grid(page).locator('.is-changed s').first().waitFor();
  await page.getByRole('group', { name: 'Rows' }).getByRole('button', { name: 'Agents' }).click();
  await side(page).getByLabel('Model of All agents').waitFor();
  await eventually(() => side(page).getByLabel('Model of All agents').inputValue(), 'gpt-4.1');
});

appTest('the flow is walked through, listed, and selects what the matrix selects', async (app) => {
  const { page } = app;
  await show(app, 'openllmetry-langgraph-openai.json.gz');
  const list = page.getByRole('list', { name: 'Ways', includeHidden: true });
  await list.getByRole('listitem', { includeHidden: true }).first().waitFor({ state: 'attached' });
  await settled(page);
  await ways(page).focus();
  await page.keyboard.press('ArrowRight');
  await side(page).getByRole('button', { name: 'Show the first call' }).waitFor();
  await page.keyboard.press('ArrowRight');
  // An agent: its row is selected in the matrix, too.
  await grid(page).locator('tbody th[aria-selected=true]').waitFor();
  const agent = await grid(page).locator('tbody th[aria-selected=true] b').textContent();
  await page.keyboard.press('Enter');
  await page.getByRole('treegrid').waitFor();
  await eventually(() => page.getByLabel(/^Filter by/).first().inputValue(), `{ agent = "${agent}" }`);
});

for (const [outcome, filter] of [['answered', '{ call = answered }'], ['failed', '{ call = failed }']]) {
  appTest(`what was ${outcome} becomes a filter that can be read`, async (app) => {
    const { page } = app;
    await show(app, 'openllmetry-langgraph-openai.json.gz');
    await page.getByRole('list', { name: 'Ways', includeHidden: true }).getByRole('listitem', { includeHidden: true }).first().waitFor({ state: 'attached' });
    await settled(page);
    await ways(page).focus();
    for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowRight');
    if (outcome === 'failed') await page.keyboard.press('ArrowDown');
    await side(page).getByRole('status').getByText(outcome).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('treegrid').waitFor();
    await eventually(() => page.getByLabel(/^Filter by/).first().inputValue(), filter);
    const { nodes } = await ask(page, 'view', 'treemap', { filter });
    assert.ok(nodes.length > 0);
  });
}

appTest('a link shows the view again, with its rows and its measure', async (app) => {
  const { page } = app;
  await show(app, 'pydantic-ai-logfire.json');
  await page.getByRole('group', { name: 'Rows' }).getByRole('button', { name: 'Tasks' }).click();
  await measure(page, 'Latency');
  await page.getByText('p50 of a cell').waitFor();
  await page.waitForURL(/view=routing&rows=tasks&measure=latency/);
  const again = await app.newTab('sample=openinference-openai-agents.json&view=routing&rows=tasks&measure=calls');
  await again.getByRole('grid', { name: 'Tasks and models' }).waitFor();
  await again.getByText('Calls of a cell').waitFor();
});

appTest('where the time went is said, and which model answered in the place of another; that leads to its span', async (app) => {
  const { page } = app;
  await show(app, 'pydantic-ai-logfire.json');
  await page.getByText(/another model answered 0 of 13 calls/).waitFor();
  const bar = page.getByRole('region', { name: 'Time' }).getByRole('img').first();
  await eventually(() => bar.getAttribute('aria-label'), /in models, .* in tools, .* neither/);
  await page.getByRole('region', { name: 'Asked for and answered by' }).getByRole('button').first().click();
  await page.getByRole('treegrid').waitFor();
  await page.locator('[role=treegrid] [aria-selected=true]').waitFor({ state: 'attached' });
});

appTest('matrix and flow are saved as a drawing, cells as a table', async (app) => {
  const { page } = app;
  await show(app, 'openllmetry-langgraph-openai.json.gz');
  await page.getByText('another model answered').waitFor();
  const save = async (kind) => {
    await page.getByRole('toolbar', { name: 'Routing' }).getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: kind }).click()]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  };
  const svg = await save('SVG');
  assert.equal(svg.name, 'openllmetry-langgraph-openai-routing.svg');
  const texts = await page.evaluate((svg) => {
    const made = new DOMParser().parseFromString(svg, 'image/svg+xml');
    return made.querySelector('parsererror') ? [] : [...made.querySelectorAll('text')].map((element) => element.textContent);
  }, svg.bytes.toString());
  await settled(page);
  const total = await grid(page).locator('tfoot td').last().locator('b').textContent();
  for (const text of ['Cost by agent and model: All runs', total, 'answered', ...await grid(page).locator('tbody th b').allTextContents()]) {
    assert.ok(texts.includes(text), `${text} in ${texts}`);
  }
  const png = await save('PNG');
  assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG');
  const csv = (await save('CSV')).bytes.toString();
  const [head, ...rows] = csv.trimEnd().split('\r\n').map((line) => line.split(','));
  assert.deepEqual(head, ['Agent', 'Model', 'Calls', 'Calls with usage', 'Tokens in', 'Tokens out', 'Tokens cached', 'Cost (USD)', 'p50 (ns)', 'p95 (ns)',
    'Errors']);
  const { cells: known } = await ask(page, 'view', 'routing', {});
  assert.equal(rows.length, known.length);
  for (const [at, row] of rows.entries()) {
    const { row: agent, column, calls, cost_usd, p50_ns, errors } = known[at];
    assert.deepEqual([row[0], row[1], Number(row[2]), row[8], Number(row[10])], [agent ?? '', column ?? '', calls, p50_ns ?? '', errors]);
    assert.equal(row[7] === '' ? null : Number(row[7]), cost_usd);
  }
});

appTest('what asked no model is said', async (app) => {
  const { page } = app;
  await open(page, [corpus('fixture-otlp-trace.json')]);
  await page.getByRole('tab', { name: 'Routing' }).click();
  await page.getByText('No model was asked here.').waitFor();
});

appTest('five hundred agents are listed in parts', async (app) => {
  const { page } = app;
  const span = (at) => ({
    traceId: '0af7651916cd43dd8448eb211c80319c', spanId: (at + 1).toString(16).padStart(16, '0'), name: 'chat',
    startTimeUnixNano: `${1700000000000000000n + BigInt(at) * 1000000n}`, endTimeUnixNano: `${1700000000000500000n + BigInt(at) * 1000000n}`,
    attributes: [
      { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
      { key: 'gen_ai.agent.name', value: { stringValue: `agent ${at}` } },
      { key: 'gen_ai.request.model', value: { stringValue: ['gpt-4o', 'gpt-4o-mini'][at % 2] } },
      { key: 'gen_ai.usage.input_tokens', value: { intValue: `${at + 1}` } },
      { key: 'gen_ai.usage.output_tokens', value: { intValue: '7' } },
    ],
  });
  const spans = Array.from({ length: 500 }, (_, at) => span(at));
  await open(page, [app.write({ name: 'many.json', data: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }) })]);
  await page.getByRole('tab', { name: 'Routing' }).click();
  await cells(page).first().waitFor();
  await eventually(() => grid(page).locator('tbody tr').count(), 60);
  await page.getByRole('button', { name: 'Show 200 more (440 agents left out)' }).click();
  await page.waitForFunction(() => document.querySelectorAll('.route-table tbody tr').length === 260);
});

const over = (page) => page.getByRole('group', { name: 'Share of models over time' });
const shareRows = (page) => over(page).locator('table tbody tr');
const shareExport = (page) => page.getByRole('region', { name: 'Models over time' }).getByRole('button', { name: 'Export' });
const width = (page, name) => page.getByRole('group', { name: 'Width' }).getByRole('button', { name, exact: true }).click();

/** What is saved of the chart, as rows of cells. */
async function savedShares(page) {
  // What is saved is what is seen.
  await settled(page);
  await shareExport(page).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV' }).click()]);
  const lines = readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n').map((line) => line.split(','));
  return { name: download.suggestedFilename(), rows: lines.slice(1) };
}

appTest('shares over time add up to the matrix, whatever they are of', async (app) => {
  const { page } = app;
  await show(app, 'openllmetry-langgraph-openai.json.gz');
  const summary = await ask(page, 'summary');
  const { cells: known } = await ask(page, 'view', 'routing', {});
  const calls = known.reduce((sum, cell) => sum + cell.calls, 0);
  await shareRows(page).first().waitFor({ state: 'attached' });
  for (const [name, wanted] of [['Cost', summary.cost_usd], ['Tokens', summary.total_input + summary.total_output], ['Calls', calls]]) {
    await width(page, name);
    await page.getByRole('heading', { name: `Models over time, share of ${name.toLowerCase()}` }).waitFor();
    const saved = await savedShares(page);
    assert.equal(saved.name, 'openllmetry-langgraph-openai-models-over-time.csv');
    const sum = (column) => saved.rows.reduce((sum, row) => sum + Number(row[column]), 0);
    assert.ok(Math.abs(sum(4) - wanted) < 1e-9, `${name}: ${sum(4)}`);
    assert.equal(sum(3), calls, name);
    // The table for assistive technology has a row for each stretch.
    const stretches = new Set(saved.rows.map((row) => row[0])).size;
    await eventually(() => shareRows(page).count(), stretches);
  }
  await shareExport(page).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'SVG' }).click()]);
  const svg = readFileSync(await download.path(), 'utf8');
  assert.match(svg, /<title>Models over time, share of calls: All runs<\/title>/);
  for (const word of ['100 %', 'gpt-4.1']) assert.ok(svg.includes(word), word);
});

/** A place of the chart where a bar is drawn, 40 % down; null before there is one. */
const barAt = (page) => page.locator('.route-shares canvas').evaluate((canvas) => {
  const pen = canvas.getContext('2d');
  const { width, height, clientWidth, clientHeight } = canvas;
  const middle = Math.round(height * 0.4);
  const row = pen.getImageData(0, middle, width, 1).data;
  const colour = (x) => row.slice(x * 4, x * 4 + 3).join();
  const ground = pen.getImageData(width - 2, 2, 1, 1).data.slice(0, 3).join();
  for (let x = Math.round(60 * width / clientWidth); x < width - 4; x += 1) {
    if (colour(x) !== ground && colour(x) === colour(x + 3)) return { x: (x + 2) * clientWidth / width, y: middle * clientHeight / height };
  }
  return null;
});

appTest('a share of a stretch of time is reached by keys and by pointer, and leads to its calls', async (app) => {
  const { page } = app;
  await open(page, [corpus('openllmetry-langgraph-openai.json.gz')]);
  const [{ trace_id: trace }] = await ask(page, 'runs', { sort: '-spans', limit: 1 });
  await ask(page, 'select', { trace });
  await page.getByRole('tab', { name: 'Routing' }).click();
  await shareRows(page).nth(1).waitFor({ state: 'attached' });
  const [first, second] = await resting(page, () => shareRows(page).locator('th').allTextContents());
  const chosen = page.locator('.route-selected');
  const isChosen = (words) => chosen.getByText(words, { exact: true }).waitFor();
  await over(page).focus();
  await page.keyboard.press('Home');
  await isChosen(first);
  await page.keyboard.press('ArrowRight');
  await isChosen(second);
  await page.keyboard.press('Escape');
  await chosen.getByText(/^Select a cell/).waitFor();
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  await isChosen(first);
  await page.keyboard.press('Escape');
  await chosen.getByText(/^Select a cell/).waitFor();
  // The pointer finds what is drawn.
  await eventually(() => barAt(page), (at) => at !== null, 'a bar');
  const position = await resting(page, () => barAt(page));
  const canvas = page.locator('.route-shares canvas');
  await canvas.hover({ position });
  const tip = page.locator('.route-shares .cost-tip');
  await tip.getByText('Together').waitFor();
  const told = await tip.locator('> b').textContent();
  assert.ok((await shareRows(page).locator('th').allTextContents()).includes(told), told);
  await canvas.click({ position });
  await isChosen(told);
  const model = await chosen.locator('.ellipsis').first().textContent();
  await side(page).getByRole('button', { name: /^Show \d+ call/ }).click();
  await page.getByRole('treegrid').waitFor();
  await eventually(() => page.getByLabel(/^Filter by/).first().inputValue(), `{ model = "${model}" }`);
  // The window is the stretch.
  await page.waitForURL(/time=\d+\.\.\d+/);
});
