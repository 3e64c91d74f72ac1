// The agent graph: nodes and edges are those that scripts get, by pointer and by keyboard; what is chosen leads to its spans.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually, placed, resting, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { ask, open } from './script.mjs';

const FILES = ['openinference-openai-agents.json', 'openllmetry-langgraph-openai.json.gz', 'plain-multi-process.jsonl', 'mlflow-langgraph.json'];
const VERBS = {
  delegation: 'delegates to', handoff: 'hands over to', link: 'is linked to', correlation: 'probably leads to', tool: 'calls', call: 'asks',
};

const place = (page) => page.getByRole('group', { name: 'Agent graph' });
const panel = (page) => page.getByRole('complementary', { name: 'Agents, tools and models' });
const nodes = (page) => page.locator('ul[aria-label="Nodes and edges"] > li');
const said = (page) => place(page).getByRole('status');

async function show(page) {
  await page.getByRole('tab', { name: 'Agents' }).click();
  await nodes(page).first().waitFor({ state: 'attached' });
}

/** Nodes and edges as the page lists them. */
const listed = (page) => page.evaluate(() => {
  const own = (item) => item.firstChild.textContent;
  const items = [...document.querySelectorAll('ul[aria-label="Nodes and edges"] > li')];
  return {
    nodes: items.map(own).sort(),
    edges: items.flatMap((item) => [...item.querySelectorAll('li')].map((edge) => edge.textContent)).sort(),
  };
});

function expected({ nodes, edges }) {
  const label = (id) => nodes.find((node) => node.id === id).name;
  return {
    names: nodes.map(({ name, kind }) => `${name}, ${kind}`).sort(),
    edges: edges.map(({ from, to, kind, count, inferred }) => {
      const times = count === 1 ? 'once' : `${count.toLocaleString('en')} times`;
      return `${label(from)} ${VERBS[kind]} ${label(to)}, ${times}${inferred ? ', inferred' : ''}`;
    }).sort(),
  };
}

for (const file of FILES) {
  appTest(`nodes and edges of ${file} are those of view('graph')`, async (app) => {
    const { page } = app;
    await open(page, [corpus(file)]);
    await show(page);
    const { names, edges } = expected(await ask(page, 'view', 'graph'));
    assert.ok(names.length > 2 && edges.length > 1);
    await eventually(() => listed(page), (all) => {
      assert.deepEqual(all.edges, edges);
      assert.equal(all.nodes.length, names.length);
      for (const [at, name] of names.entries()) assert.ok(all.nodes[at].startsWith(name), `${all.nodes[at]}: ${name}`);
    });
    await page.waitForURL(/view=agents/);
    // One run, and the same place by its link.
    const [run] = await ask(page, 'runs', { sort: '-spans', limit: 1 });
    await ask(page, 'select', { trace: run.trace_id });
    await page.getByRole('tablist', { name: 'Views of the run' }).waitFor();
    await eventually(() => page.getByRole('tab', { name: 'Agents' }).getAttribute('aria-selected'), 'true');
    const own = expected(await ask(page, 'view', 'graph', { trace: run.trace_id }));
    await page.waitForFunction((many) => document.querySelectorAll('ul[aria-label="Nodes and edges"] > li').length === many, own.names.length);
    await eventually(async () => (await listed(page)).edges, own.edges);
    await app.reload();
    await open(page, [corpus(file)]);
    await page.getByRole('tab', { name: 'Agents', selected: true }).waitFor();
    await nodes(page).nth(own.names.length - 1).waitFor({ state: 'attached' });
    await eventually(async () => (await listed(page)).edges, own.edges);
  });
}

appTest('the figures of the panel are those of view, and rows lead to nodes, edges and spans', async (app) => {
  const { page } = app;
  await open(page, [corpus('openinference-openai-agents.json')]);
  await show(page);
  const graph = await ask(page, 'view', 'graph');
  const rows = panel(page).locator('tbody tr');
  await eventually(() => rows.count(), graph.nodes.length);
  const row = (node) => rows.filter({ has: page.getByRole('rowheader', { name: `${node.name} , ${node.kind}`, exact: true }) });
  for (const node of graph.nodes) {
    await eventually(() => row(node).locator('td').first().textContent(), node.calls.toLocaleString('en'), node.id);
  }
  // A model, one of its edges, one of its spans.
  const call = graph.edges.filter(({ kind }) => kind === 'call').sort((a, b) => b.count - a.count)[0];
  await row(graph.nodes.find(({ id }) => id === call.to)).click();
  await panel(page).getByRole('heading', { name: call.to }).waitFor();
  await panel(page).getByTitle(`${call.from} asks ${call.to}, ${call.count} times`).click();
  await panel(page).getByText('The requests to the model stand within').waitFor();
  await panel(page).getByRole('button', { name: 'Show in waterfall' }).first().click();
  await page.getByRole('treegrid').waitFor();
  await eventually(() => page.getByLabel(/^Filter by/).first().inputValue(), `{ agent = "${call.from}" && model = "${call.to}" }`);
});

/** A span that does something as a GenAI operation. */
const doing = (trace, id, parent, start, attributes) => ({
  traceId: trace.repeat(32), spanId: id.toString(16).padStart(16, '0'), parentSpanId: parent ? parent.toString(16).padStart(16, '0') : '',
  name: Object.values(attributes).slice(0, 2).join(' '), startTimeUnixNano: String(1700000000000000000n + BigInt(start)),
  endTimeUnixNano: String(1700000000000000000n + BigInt(start + 50)),
  attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } })),
});
const agent = (name, more) => ({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name, ...more });
const reads = (path) => ({
  'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'read_file', 'gen_ai.tool.call.arguments': JSON.stringify({ path }),
});

appTest('what is inferred says so, and files that two agents read are listed', async (app) => {
  const { page } = app;
  const spans = [
    doing('1', 1, 0, 0, agent('front', { correlation_id: 'request-77' })), doing('1', 2, 1, 1, reads('notes/plan.md')),
    doing('1', 3, 1, 5, agent('helper')), doing('1', 4, 3, 6, reads('notes/plan.md')), doing('1', 5, 3, 7, reads('notes/other.md')),
    doing('2', 6, 0, 1000, agent('back', { correlation_id: 'request-77' })), doing('2', 7, 6, 1001, reads('notes/other.md')),
  ];
  await open(page, [{ name: 'two.json', data: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }) }]);
  await show(page);
  const { edges, shared } = await ask(page, 'view', 'graph');
  assert.deepEqual(shared, [{ path: 'notes/plan.md', agents: ['front', 'helper'] }]);
  assert.ok(edges.some(({ from, to, inferred }) => from === 'front' && to === 'back' && inferred));
  await eventually(() => panel(page).locator('.graph-section .mono').allTextContents(), ['notes/plan.md']);
  await page.getByText('Inferred, not recorded').waitFor();
  await panel(page).getByRole('rowheader', { name: /^back/ }).click();
  await panel(page).getByTitle('front probably leads to back, once, inferred').click();
  await panel(page).getByText('Inferred: the traces carry the same correlation id').waitFor();
  // A picture and a table of it.
  for (const [name, file] of [['SVG', /agents\.svg$/], ['PNG', /agents\.png$/], ['CSV', /agents\.csv$/]]) {
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click()]);
    assert.match(download.suggestedFilename(), file);
    const text = readFileSync(await download.path(), 'utf8');
    if (name === 'SVG') assert.match(text, /helper/);
    if (name === 'CSV') assert.match(text, /correlation,front,back,1,1,,,0/);
  }
});

appTest('the keyboard goes through the graph and out of it', async (app) => {
  const { page } = app;
  await open(page, [corpus('openinference-openai-agents.json')]);
  await show(page);
  await place(page).focus();
  await page.keyboard.press('ArrowRight');
  const first = await eventually(() => said(page).textContent(), /, agent/);
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((first) => {
    const now = document.querySelector('.graph-place [role=status]').textContent;
    return now !== '' && now !== first;
  }, first);
  await page.keyboard.press('ArrowLeft');
  // Zoom changes what is on screen, not what is chosen.
  await eventually(() => said(page).textContent(), first);
  const picture = () => page.locator('.graph-canvas').screenshot();
  await page.keyboard.press('0');
  const before = await resting(page, picture);
  await page.keyboard.press('+');
  await eventually(async () => (await picture()).equals(before), false, 'zoomed');
  await page.keyboard.press('0');
  await eventually(async () => (await picture()).equals(before), true, 'all of it again');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.querySelector('.graph-place [role=status]').textContent === '');
  // With nothing chosen the key leaves the graph.
  await page.keyboard.press('Tab');
  await eventually(() => page.evaluate(() => document.activeElement.getAttribute('aria-label')), (label) => label !== 'Agent graph');
  await place(page).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('treegrid').waitFor();
});

appTest('the pointer drags, zooms and chooses', async (app) => {
  const { page } = app;
  await open(page, [corpus('openinference-openai-agents.json')]);
  await show(page);
  const box = await placed(page.locator('.graph-canvas'));
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  // Somewhere on a line across the middle stands a node or an edge.
  let words = '';
  for (let x = 20; x < box.width && !words.includes(', '); x += 12) {
    await page.mouse.click(box.x + x, middle.y);
    await settled(page);
    words = await said(page).textContent();
  }
  assert.match(words, /agent|tool|model|asks|calls/);
  const picture = () => page.locator('.graph-canvas').screenshot();
  await page.mouse.move(middle.x, middle.y);
  const before = await resting(page, picture);
  await page.mouse.wheel(0, -300);
  await eventually(async () => (await picture()).equals(before), false, 'the wheel enlarges');
  const larger = await resting(page, picture);
  await page.mouse.down();
  await page.mouse.move(middle.x + 60, middle.y + 40, { steps: 4 });
  await page.mouse.up();
  await eventually(async () => (await picture()).equals(larger), false, 'a drag moves');
  await page.getByRole('button', { name: 'Show all of it' }).click();
});

appTest('a run unfolds in order of time, thousands of steps too', async (app) => {
  const { page } = app;
  const text = readFileSync(corpus('openinference-openai-agents.json'), 'utf8');
  await open(page, [{ name: 'a.json', data: text }]);
  const [run] = await ask(page, 'runs', { sort: '-spans', limit: 1 });
  await show(page);
  await ask(page, 'select', { trace: run.trace_id });
  await page.getByRole('button', { name: 'Order of time' }).click();
  const { edges } = await ask(page, 'view', 'graph', { trace: run.trace_id });
  const all = edges.reduce((sum, { count }) => sum + count, 0);
  await page.getByText(`${all} steps`, { exact: true }).waitFor();
  const list = page.getByRole('listbox', { name: 'Steps in order of time' });
  await eventually(() => list.getByRole('option').first().textContent(), /^1/);
  // The link brings them back.
  await page.waitForFunction(() => window.location.hash.includes('as=steps'));
  await app.reload();
  await open(page, [{ name: 'a.json', data: text }]);
  await page.getByText(`${all} steps`, { exact: true }).waitFor();
  await list.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await list.getByRole('option', { selected: true }).getByText('2', { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('treegrid').waitFor();
  // Steps as many as a day of work: only those on screen are there.
  const span = (id, parent, name, start, attributes) => ({
    traceId: '5b8aa5a2d2c872e8321cf37308d69df2', spanId: id.toString(16).padStart(16, '0'),
    parentSpanId: parent ? parent.toString(16).padStart(16, '0') : '', name,
    startTimeUnixNano: String(1700000000000000000n + BigInt(start) * 1000000n), endTimeUnixNano: String(1700000000000000000n + BigInt(start + 1) * 1000000n),
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } })),
  });
  const spans = [span(1, 0, 'invoke_agent lead', 0, { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'lead' })];
  for (let at = 0; at < 6000; at += 1) {
    spans.push(span(at + 2, 1, `execute_tool t${at}`, at, { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': `t${at % 7}` }));
  }
  await open(page, [{ name: 'long.json', data: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }) }]);
  await page.getByRole('tab', { name: 'Agents' }).click();
  await page.getByText('6,000 steps', { exact: true }).waitFor();
  await list.focus();
  await page.keyboard.press('End');
  await list.getByText('6,000', { exact: true }).waitFor();
  await eventually(() => list.getByRole('option').count(), (count) => count < 100);
});

appTest('five hundred agents are joined, and unfolded; without any it is said', async (app) => {
  const { page } = app;
  const attribute = (key, value) => ({ key, value: { stringValue: value } });
  const spans = [];
  for (let at = 0; at < 500; at += 1) {
    spans.push({
      traceId: '5b8aa5a2d2c872e8321cf37308d69df2', spanId: (at + 1).toString(16).padStart(16, '0'),
      parentSpanId: at ? '0000000000000001' : '', name: `invoke_agent a${at}`,
      startTimeUnixNano: String(1700000000000000000n + BigInt(at)), endTimeUnixNano: '1700000000000009000',
      attributes: [attribute('gen_ai.operation.name', 'invoke_agent'), attribute('gen_ai.agent.name', `a${at}`)],
    });
  }
  await open(page, [{ name: 'many.json', data: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }) }]);
  await show(page);
  await eventually(() => nodes(page).count(), 25);
  await panel(page).getByText('476 more agents').click();
  await panel(page).getByRole('button', { name: 'Show all agents' }).click();
  await panel(page).getByText('476 more agents').waitFor({ state: 'detached' });
  await page.getByText('500 agents', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Join small ones' }).click();
  await page.waitForFunction(() => document.querySelectorAll('ul[aria-label="Nodes and edges"] > li').length === 25);
  await open(page, [corpus('fixture-otlp-trace.json')]);
  await page.getByRole('tab', { name: 'Agents' }).click();
  await page.getByText('No agent, tool or model is recorded here').waitFor();
});
