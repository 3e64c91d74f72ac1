// What the waterfall shows of an agent run: levels, folded spans, what colours stand for.

import assert from 'node:assert/strict';
import { eventually, placed, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { otlp, span, spanId, text, traceId } from './documents.mjs';
import { ask, open } from './script.mjs';
import { holds, mirror, places, row, selected } from './waterfall.mjs';

const MS = 1_000_000;
const number = (key, intValue) => ({ key, value: { intValue: String(intValue) } });
const agent = (name) => [text('gen_ai.operation.name', 'invoke_agent'), text('gen_ai.agent.name', name)];
const tool = (name) => [text('gen_ai.operation.name', 'execute_tool'), text('gen_ai.tool.name', name)];
const call = (model, input) => [
  text('gen_ai.operation.name', 'chat'), text('gen_ai.request.model', model),
  ...(input ? [number('gen_ai.usage.input_tokens', input), number('gen_ai.usage.output_tokens', 10)] : []),
];

/** A lead that asks a helper through a tool; the first call is wrapped, and an HTTP request stands below it. */
const RUN = otlp([
  span({ id: 1, name: 'lead', length: 100 * MS, attributes: agent('lead') }),
  span({ id: 2, parent: 1, name: 'wrapper', start: MS, length: 20 * MS, attributes: call('claude-sonnet-4-6') }),
  span({ id: 3, parent: 2, name: 'plan', start: 2 * MS, length: 18 * MS, attributes: call('claude-sonnet-4-6', 100) }),
  span({ id: 4, parent: 3, name: 'POST', start: 3 * MS, length: 16 * MS }),
  span({ id: 5, parent: 1, name: 'ask', start: 30 * MS, length: 50 * MS, attributes: tool('ask') }),
  span({ id: 6, parent: 5, name: 'plumbing', start: 31 * MS, length: 48 * MS }),
  span({ id: 7, parent: 6, name: 'helper', start: 32 * MS, length: 46 * MS, attributes: agent('helper') }),
  span({ id: 8, parent: 7, name: 'answer', start: 33 * MS, length: 40 * MS, attributes: call('gpt-4.1-mini-2025-04-14', 200) }),
  span({ id: 9, parent: 1, name: 'cleanup', start: 90 * MS, length: 5 * MS, status: { code: 2, message: 'no' } }),
]);
const ids = (...numbers) => numbers.map(spanId);
const EVERYTHING = ids(1, 2, 3, 4, 5, 6, 7, 8, 9);
const STEPS = ids(1, 3, 5, 7, 8);
const AGENTS = ids(1, 7);

const press = async (page, ...keys) => { for (const key of keys) await page.keyboard.press(key); };

async function openRun(app) {
  await open(app.page, [{ name: 'run.json', data: RUN }]);
  await holds(app.page, EVERYTHING);
}

appTest('levels hide spans and keep the tree, by key, by button, in the address and over a reload', async (app) => {
  await openRun(app);
  const { page } = app;
  const group = page.getByRole('group', { name: 'Spans shown' });
  const level = (name) => group.getByRole('button', { name }).getAttribute('aria-pressed');
  await eventually(() => level('Everything'), 'true');
  await press(page, '2');
  await holds(page, STEPS);
  await eventually(async () => (await mirror(page)).map(({ level, expanded }) => [level, expanded]), [[1, true], [2, undefined], [2, true], [3, true], [4, undefined]]);
  await eventually(() => level('Steps'), 'true');
  await page.getByText('5 of 9 spans').waitFor();
  await page.waitForURL(/level=steps/);
  await group.getByRole('button', { name: 'Agents' }).click();
  await holds(page, AGENTS);
  await page.getByText('2 of 9 spans').waitFor();
  await page.waitForURL(/level=agents/);
  await app.reload();
  await app.drop([{ name: 'run.json', data: RUN }]);
  await holds(page, AGENTS);
  await press(page, '1');
  await holds(page, EVERYTHING);
  await page.waitForURL(/level=everything/);
});

appTest('a link without a level keeps the one a person chose, and one with a level shows that', async (app) => {
  await openRun(app);
  const { page } = app;
  await press(page, '2');
  await holds(page, STEPS);
  await page.waitForURL(/level=steps/);
  const fragment = page.url().slice(page.url().indexOf('#') + 1);
  for (const [link, seen] of [[fragment.replace('&level=steps', ''), STEPS], [fragment.replace('steps', 'everything'), EVERYTHING]]) {
    assert.notEqual(link, fragment);
    const other = await app.newTab(link);
    await app.drop([{ name: 'run.json', data: RUN }], { page: other });
    await holds(other, seen);
  }
});

appTest('agents, hand-overs and skills of a real run are told, also where agents are only chains', async (app) => {
  await open(app.page, [corpus('openinference-langgraph-anthropic.jsonl')]);
  const { page } = app;
  await page.setViewportSize({ width: 1440, height: 1100 });
  const [run] = await ask(page, 'runs', { sort: '-spans', limit: 1 });
  await ask(page, 'select', { trace: run.trace_id });
  await press(page, '2');
  await page.locator('[role=treegrid] [aria-label*="loads the skill error-classifier"]').waitFor({ state: 'attached' });
  await eventually(() => mirror(page), (rows) => {
    const of = (word) => rows.filter(({ label }) => label.includes(word)).map(({ label }) => label.split(',')[0]);
    assert.deepEqual(of('delegates to sre_linux'), ['task']);
    assert.deepEqual(of('delegates to reviewer'), ['task']);
    assert.deepEqual(of('loads the skill'), ['read_file', 'read_file']);
    assert.equal(of(', agent,').length, 3);
  });
  await press(page, '3');
  await page.waitForFunction(() => document.querySelectorAll('[role=treegrid] [data-span-id]').length === 3);
  await eventually(async () => (await mirror(page)).map(({ label, level }) => [label.split(',')[0], level]), [['ops_manager', 1], ['sre_linux', 2], ['reviewer', 2]]);
});

appTest('at a level arrows walk what is shown', async (app) => {
  await openRun(app);
  const { page } = app;
  await press(page, '2');
  await holds(page, STEPS);
  await press(page, 'Home', 'ArrowDown');
  await selected(page, spanId(3));
  await press(page, 'ArrowDown', 'ArrowRight');
  await selected(page, spanId(7));
  await press(page, 'ArrowLeft');
  await holds(page, ids(1, 3, 5, 7));
  await press(page, 'ArrowLeft');
  await selected(page, spanId(5));
  await press(page, 'ArrowLeft');
  await holds(page, ids(1, 3, 5));
  await page.getByRole('button', { name: 'Collapse all' }).click();
  await holds(page, ids(1));
  await eventually(async () => (await mirror(page))[0].label, /^lead, tests, agent, 320 tokens/);
  await page.getByRole('button', { name: 'Expand all' }).click();
  await holds(page, STEPS);
});

appTest('a span that a level hides is shown when it is selected, from a link too', async (app) => {
  await openRun(app);
  const { page } = app;
  await press(page, '3');
  await holds(page, AGENTS);
  await ask(page, 'select', { trace: traceId(1), span: spanId(4) });
  await holds(page, ids(1, 4, 7));
  await selected(page, spanId(4));
  // A search leads to what is hidden, too.
  await page.locator('#search').fill('plumbing');
  await page.getByText('1 in 1 run', { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await holds(page, ids(1, 6, 7));
  await ask(page, 'select', { trace: traceId(1), span: spanId(9) });
  await holds(page, ids(1, 7, 9));
  await page.waitForURL(new RegExp(`span=${spanId(9)}`));
  const link = page.url();
  const other = await app.newTab(link.slice(link.indexOf('#') + 1));
  await app.drop([{ name: 'run.json', data: RUN }], { page: other });
  await holds(other, ids(1, 7, 9));
  await selected(other, spanId(9));
});

appTest('a wrapper is folded into its call, one click away', async (app) => {
  await openRun(app);
  const { page } = app;
  await eventually(() => row(page, spanId(2)).getAttribute('aria-label'), /wrapper/);
  await press(page, '2');
  await holds(page, STEPS);
  const label = () => row(page, spanId(3)).getAttribute('aria-label');
  await eventually(() => label(), /1 span of the same folded in/);
  const head = await placed(page.getByRole('columnheader', { name: 'Span' }));
  const at = await places(page);
  const badge = head.x + head.width - 20;
  await page.mouse.click(badge, at.y(1));
  await holds(page, ids(1, 2, 3, 5, 7, 8));
  await eventually(() => row(page, spanId(2)).getAttribute('aria-label'), /, wrapper/);
  await page.mouse.click(badge, at.y(2));
  await holds(page, STEPS);
  await press(page, 'Home', 'ArrowDown', 'u');
  await holds(page, ids(1, 2, 3, 5, 7, 8));
  await eventually(() => label(), /1 span of the same shown/);
  await press(page, 'u');
  await holds(page, STEPS);
});

appTest('twins of a real trace are one step each', async (app) => {
  const { page } = app;
  await open(page, [corpus('openllmetry-workflow.json')]);
  const [run] = await ask(page, 'runs', { sort: '-spans' });
  await ask(page, 'select', { trace: run.trace_id });
  await page.getByRole('button', { name: 'Steps' }).click();
  await page.getByText(`25 of ${run.spans} spans`).waitFor();
  const spans = await ask(page, 'spans', run.trace_id);
  const twins = spans.filter(({ call }) => call === 'twin').map(({ span_id: id }) => id);
  assert.equal(twins.length, 13);
  assert.equal(spans.length - twins.length, 25);
  await page.waitForFunction((twins) => {
    const seen = [...document.querySelectorAll('[role=treegrid] [data-span-id]')].map((row) => row.dataset.spanId);
    return seen.length > 15 && !seen.some((id) => twins.includes(id));
  }, twins);
  await eventually(() => mirror(page), (rows) => rows.length > 15 && rows.every(({ label }) => !label.includes('twin')));
});

appTest('colours stand for what is chosen: bars, legend and minimap agree', async (app) => {
  await openRun(app);
  const { page } = app;
  const choose = async (name) => {
    await page.getByRole('button', { name: /^Colour / }).click();
    await page.getByRole('menuitemradio', { name, exact: true }).click();
  };
  const legend = async (name) => {
    const list = page.getByRole('list', { name, exact: true });
    await list.waitFor();
    return list.getByRole('listitem').allTextContents();
  };
  /** The colour of a pixel of a canvas, as the tokens are written. */
  const pixel = (selector, x, y) => page.evaluate(([selector, x, y]) => {
    const canvas = document.querySelector(selector);
    const box = canvas.getBoundingClientRect();
    const ratio = canvas.width / box.width;
    const data = canvas.getContext('2d').getImageData((x - box.x) * ratio, (y - box.y) * ratio, 1, 1).data;
    return `#${[...data.slice(0, 3)].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
  }, [selector, x, y]);
  const at = await places(page);
  const minimap = await placed(page.locator('.minimap canvas'));
  /** Waits until bars of the helper's call, and its lane of the minimap, have this token's colour. */
  const shows = async (token) => {
    const wanted = await page.evaluate((token) => getComputedStyle(document.documentElement).getPropertyValue(token).trim(), token);
    const seen = async () => [
      await pixel('.wf-canvas', at.x(0.5), at.y(7)), await pixel('.minimap-canvas', minimap.x + minimap.width * 0.5, minimap.y + 3 + 4 * 5 + 2)];
    await eventually(seen, [wanted, wanted], token);
  };
  await eventually(() => legend('Kinds'), ['LLM', 'other', 'agent', 'tool']);
  await shows('--k-llm');
  await choose('Agent');
  // By cost: the sonnet's call costs more than the mini's.
  await eventually(() => legend('Agents'), ['lead', 'helper']);
  await shows('--a-2');
  await choose('Model');
  await eventually(() => legend('Models'), ['claude-sonnet-4-6', 'gpt-4.1-mini']);
  await shows('--m-2');
  await choose('Status');
  await eventually(() => legend('Status'), ['no error', 'error']);
  await shows('--ink-3');
  await choose('Service');
  await eventually(() => legend('Services'), ['tests']);
  await page.getByRole('columnheader', { name: 'Service' }).waitFor({ state: 'attached' });
  await shows('--a-1');
  // The choice is kept; a run without agents has only services and status.
  await choose('Model');
  await app.reload();
  await open(page, [{ name: 'run.json', data: RUN }]);
  await eventually(() => legend('Models'), ['claude-sonnet-4-6', 'gpt-4.1-mini']);
  await open(page, [{ name: 'plain.json', data: otlp([span({ id: 1, name: 'plain' })]) }]);
  await eventually(() => legend('Services'), ['tests']);
  await page.getByRole('button', { name: /^Colour / }).click();
  const offered = page.getByRole('menu', { name: 'What colours stand for' }).getByRole('menuitemradio');
  await eventually(() => offered.allTextContents(), ['Service', 'Status']);
  await settled(page);
  assert.equal(await page.getByRole('group', { name: 'Spans shown' }).count(), 0);
});

appTest('the menu of colours leads to the spans of an agent', async (app) => {
  await openRun(app);
  const { page } = app;
  await page.getByRole('button', { name: /^Colour / }).click();
  await page.getByRole('menuitemradio', { name: 'Agent', exact: true }).click();
  await page.getByRole('list', { name: 'Agents' }).waitFor();
  await page.getByRole('button', { name: /^Colour / }).click();
  await page.getByRole('menuitem', { name: /helper/ }).click();
  await page.waitForFunction(() => (
    [...document.querySelectorAll('[role=treegrid] [data-hit]')].length === 2));
});
