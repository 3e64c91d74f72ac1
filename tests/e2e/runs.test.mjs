// The table of runs: order, filter, keyboard, and a hundred thousand of them.

import assert from 'node:assert/strict';
import { eventually, LONG, placed, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { otlp, span, text, traceId } from './documents.mjs';
import { ask, open } from './script.mjs';

const grid = (page) => page.getByRole('grid', { name: 'Runs' });
const rows = (page) => grid(page).locator('[role=row]');
const cells = (page, column) => page.locator(`[role=grid] [role=row] > .${column}`).allTextContents();
const selected = (page) => grid(page).locator('[role=row][aria-selected=true]');

/** `count` runs of a span each; names, lengths and errors in no order. */
const many = (count) => otlp(Array.from({ length: count }, (_, at) => span({
  trace: at + 1, id: at + 1, name: `run-${(at * 7919) % count}`, start: at * 1000, length: 1000 + ((at * 104_729) % count),
  ...(at % 97 === 0 && { status: { code: 2 } }),
})));

/** Waits for the first row to have this name. */
const first = (page, name) => page.locator('#run-0').getByText(name, { exact: true }).waitFor();

appTest('the table says what the worker knows, the latest run first', async (app) => {
  await open(app.page, [corpus('mlflow-langgraph.json')]);
  await rows(app.page).nth(3).waitFor();
  const runs = await ask(app.page, 'runs', { sort: '-start_ns' });
  for (const [at, run] of runs.entries()) {
    await eventually(() => app.page.locator(`#run-${at}`).textContent(), (text) => (
      text.includes(run.root_name || '-') && text.includes(run.service)), `${run.root_name}, ${run.service}`);
  }
  await eventually(async () => (await cells(app.page, 'errors')).map((text) => text.replaceAll(/\D/g, '')), runs.map((run) => String(run.errors)));
  // The run whose root was lost is marked.
  const orphans = runs.findIndex((run) => run.orphans > 0);
  await eventually(() => app.page.locator(`#run-${orphans} .orphans`).textContent(), '13');
  await eventually(() => app.page.locator(`#run-${orphans} [title*="parent"]`).getAttribute('title'), /13 spans whose parent is not in the files/);
});

appTest('agents, calls, tokens, cost, models and session of a run are seen at once', async (app) => {
  await open(app.page, [corpus('openllmetry-workflow.json')]);
  await rows(app.page).nth(3).waitFor();
  const runs = await ask(app.page, 'runs', { sort: '-start' });
  const short = (count) => count.toLocaleString('en-US');
  for (const [at, run] of runs.entries()) {
    const cell = (name) => app.page.locator(`#run-${at} > .${name}`).textContent();
    const first = (names) => (names.length > 1 ? `${names[0]}+${names.length - 1}` : names[0] ?? '-');
    const sum = (count) => (count === null ? '-' : `${run.tokens_complete ? '' : '≥ '}${short(count)}`);
    await eventually(() => Promise.all(['agents', 'llm', 'tool', 'in', 'out', 'models', 'session'].map(cell)), [first(run.agents), String(run.llm_calls), String(run.tool_calls), sum(run.input_tokens), sum(run.output_tokens),
        first(run.models), run.session ?? '-']);
    const cost = run.cost_usd === null ? '-' : `$${run.cost_usd.toFixed(4)}`;
    await eventually(() => cell('cost'), `${run.cost_usd === null || run.cost_complete ? '' : '≥ '}${cost === '$0.0000' ? '<$0.0001' : cost}`);
  }
  const whole = runs.findIndex((run) => run.agents.length === 3);
  await eventually(() => app.page.locator(`#run-${whole} > .agents`).getAttribute('title'), 'ops_manager, reviewer, sre_linux');
  await app.page.getByTitle('Sort by cost').click();
  await app.page.waitForURL(/sort=-cost_usd/);
  const [dearest] = await ask(app.page, 'runs', { sort: '-cost_usd', limit: 1 });
  await first(app.page, dearest.root_name);
});

appTest('heads sort, up and down, and the address keeps it', async (app) => {
  await open(app.page, [{ name: 'many.json', data: many(40) }]);
  const head = (name) => app.page.getByRole('main').getByTitle(`Sort by ${name}`);
  const numbers = async (column) => (await cells(app.page, column)).map((text) => Number(/\d+/.exec(text)[0]));
  const ordered = async (column, descending) => {
    await app.page.waitForFunction(([column, descending]) => {
      const all = [...document.querySelectorAll(`[role=grid] [role=row] > .${column}`)];
      const numbers = all.map((cell) => Number(/[\d.]+/.exec(cell.textContent)?.[0]));
      return numbers.length > 20 && numbers.every((number, at) => at === 0
        || (descending ? number <= numbers[at - 1] : number >= numbers[at - 1]));
    }, [column, descending]);
  };
  await head('duration').click();
  await ordered('dur', true);
  await app.page.waitForURL(/sort=-duration/);
  await head('duration').click();
  await ordered('dur', false);
  await head('errors').click();
  await ordered('errors', true);
  await head('run').click();
  await first(app.page, 'run-0');
  await eventually(async () => (await numbers('run')).slice(0, 3), [0, 1, 10]);
  await head('run').click();
  await first(app.page, 'run-9');
  await head('start').click();
  await first(app.page, `run-${(39 * 7919) % 40}`);
  await app.page.waitForURL((url) => !/sort=/.test(url.hash));
});

appTest('the filter finds names, services and trace ids, and says how many', async (app) => {
  await open(app.page, [{ name: 'many.json', data: many(40) }, { name: 'other.json', data: otlp([span({ trace: 0xabcdef, name: 'alone' })], 'elsewhere') }]);
  const field = app.page.getByRole('textbox', { name: /^Filter by/ });
  const status = (words) => app.page.getByRole('status').getByText(words, { exact: true }).waitFor();
  await status('41 runs');
  await field.fill('elsewhere');
  await status('1 of 41 runs');
  await first(app.page, 'alone');
  await field.fill(traceId(0xabcdef).slice(-8));
  await status('1 of 41 runs');
  await field.fill('RUN-39');
  await status('1 of 41 runs');
  await first(app.page, 'run-39');
  await app.page.waitForURL(/filter=RUN-39/);
  await field.fill('nothing has this');
  await app.page.getByText('No run has these words').waitFor();
  await app.page.getByRole('button', { name: 'Show all runs' }).click();
  await status('41 runs');
  await field.fill('run-3');
  await field.press('Escape');
  await eventually(() => field.inputValue(), '');
  await status('41 runs');
});

appTest('a run is found and opened with the keyboard alone', async (app) => {
  await open(app.page, [{ name: 'many.json', data: many(200) }]);
  await rows(app.page).first().waitFor();
  const at = async (index) => {
    await app.page.locator(`#run-${index}[aria-selected=true]`).waitFor();
    await eventually(() => selected(app.page).count(), 1);
    await eventually(async () => [await app.page.locator(`#run-${index}`).boundingBox(), await grid(app.page).boundingBox()], ([box, body]) => (
      box.y >= body.y - 1 && box.y + box.height <= body.y + body.height + 1), `row ${index} is in sight`);
  };
  for (const [key, index] of [['ArrowDown', 0], ['ArrowDown', 1], ['j', 2], ['k', 1], ['ArrowUp', 0], ['ArrowUp', 0],
    ['End', 199], ['ArrowDown', 199], ['Home', 0]]) {
    await app.page.keyboard.press(key);
    await at(index);
  }
  await app.page.keyboard.press('PageDown');
  await app.page.waitForFunction(() => Number(document.querySelector('[role=grid] [aria-selected=true]')?.id.slice(4)) > 10);
  await app.page.keyboard.press('Home');
  await at(0);
  await app.page.keyboard.press('ArrowDown');
  await at(1);
  const name = await app.page.locator('#run-1 > .run .ellipsis').textContent();
  await app.page.keyboard.press('Enter');
  await app.page.getByRole('heading', { name }).waitFor();
  // Back among the runs, the cursor stands on the run.
  await app.page.getByRole('button', { name: 'Runs', exact: true }).click();
  await at(1);
});

appTest('the focus can be seen and follows the tab key into the table', async (app) => {
  await open(app.page, [{ name: 'many.json', data: many(30) }]);
  await rows(app.page).first().waitFor();
  await app.page.getByRole('textbox', { name: /^Filter by/ }).focus();
  await app.page.keyboard.press('ArrowDown');
  await eventually(() => app.page.evaluate(() => document.activeElement.getAttribute('role')), 'grid');
  await eventually(() => grid(app.page).getAttribute('aria-activedescendant'), 'run-0');
  await selected(app.page).waitFor();
});

appTest('a hundred thousand runs stay virtual', async (app) => {
  const path = app.write({ name: 'crowd.json', data: many(100_000) });
  await app.drop([path]);
  await app.page.getByRole('status').getByText('100,000 runs', { exact: true }).waitFor({ timeout: LONG });
  await app.page.locator('[role=grid][aria-rowcount="100000"]').waitFor();
  const few = () => eventually(() => rows(app.page).count(), (count) => count >= 10 && count <= 100);
  const filled = (index) => app.page.locator(`#run-${index} [role=gridcell]`).first().waitFor();
  await filled(0);
  await few();
  await app.page.keyboard.press('End');
  await filled(99_999);
  await eventually(() => app.page.locator('#run-99999').textContent(), /run-0/);
  await few();
  const body = await placed(grid(app.page));
  await app.page.mouse.move(body.x + 200, body.y + 200);
  for (let turn = 0; turn < 20; turn += 1) {
    await app.page.mouse.wheel(0, -5000);
    const count = await rows(app.page).count();
    assert.ok(count <= 100, `${count} rows in the page`);
  }
  await few();
  await app.page.keyboard.press('Home');
  await filled(0);
  await app.page.getByTitle('Sort by duration').click();
  await app.page.waitForURL(/sort=-duration/);
  await first(app.page, (await ask(app.page, 'runs', { sort: '-duration_ns', limit: 1 }))[0].root_name);
  await app.page.getByRole('textbox', { name: /^Filter by/ }).fill('run-777');
  await app.page.getByRole('status').getByText('111 of 100,000 runs', { exact: true }).waitFor();
  await few();
  await settled(app.page);
  await app.page.locator('#run-0').click();
  await app.page.getByRole('heading', { name: /run-777/ }).waitFor();
});

appTest('runs of a session stand together in order, below their sum', async (app) => {
  const { page } = app;
  const run = (trace, session, more) => span({
    trace, id: trace, name: `turn ${trace}`, start: trace * 1e9, length: 1e6 * trace, attributes: session ? [text('session.id', session)] : [], ...more,
  });
  await open(page, [{ name: 'sessions.json', data: otlp([
    run(1, 'alpha'), run(2, 'beta'), run(3, 'alpha', { status: { code: 2 } }), run(4),
  ]) }]);
  await rows(page).nth(3).waitFor();
  await eventually(() => cells(page, 'outcome'), ['finished', 'failed', 'finished', 'finished']);
  await page.getByLabel('Group').selectOption({ label: 'Session' });
  await rows(page).nth(6).waitFor();
  await eventually(() => cells(page, 'run'), ['-1 run', 'no errorsturn 4', 'alpha2 runs', 'no errorsturn 1', 'has errorsturn 3', 'beta1 run',
    'no errorsturn 2']);
  const sum = page.locator('#run-2');
  await eventually(() => sum.locator('.dur, .spans, .errors, .outcome').allTextContents(), ['failed', '4.00 ms', '2', '1']);
  await page.waitForURL(/group=session/);
  await sum.click();
  await page.waitForURL(/filter=/);
  await eventually(() => page.getByLabel(/^Filter by/).first().inputValue(), '{ session = "alpha" }');
  await page.getByRole('status').getByText('2 of 4 runs').waitFor();
  await page.getByLabel('Group').selectOption({ label: 'Outcome' });
  await page.locator('#run-0', { hasText: 'failed1 run' }).waitFor();
});

appTest('figures end where their heads end', { context: { viewport: { width: 1440, height: 900 } } }, async (app) => {
  await app.drop([corpus('openinference-openai-agents.json')]);
  await app.page.locator('#run-1 .cost').waitFor();
  const ends = () => app.page.evaluate(() => {
    const end = (element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return Math.round(range.getBoundingClientRect().right);
    };
    const kinds = ['dur', 'spans', 'llm', 'tool', 'in', 'out', 'cost'];
    return kinds.map((kind) => {
      const [head, cell] = ['.runs-head', '#run-1'].map((row) => document.querySelector(`${row} .${kind}`));
      return { kind, head: end(head), cell: end(cell) };
    });
  });
  await eventually(ends, (all) => all.forEach(({ kind, head, cell }) => (
    assert.ok(Math.abs(head - cell) <= 1, `${kind}: head ${head}, figure ${cell}`))));
});
