// The inspector proves its numbers, says where values come from, and joins calls of tools with the calls that asked for them.

import assert from 'node:assert/strict';
import { eventually, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { otlp, span, spanId, text, traceId } from './documents.mjs';
import { ask, open } from './script.mjs';
import { selected } from './waterfall.mjs';

const inspector = (page) => page.getByRole('complementary', { name: 'Inspector' });
const tab = (page, name) => inspector(page).getByRole('tab', { name });
const panel = (page) => inspector(page).getByRole('tabpanel');
const count = (key, value) => ({ key, value: { intValue: String(value) } });
const json = (key, value) => text(key, JSON.stringify(value));

/** A run of an agent: a call that asks for a tool by id, the tool, a call that gets its result; one without usage. */
const RUN = otlp([
  span({ id: 1, name: 'invoke_agent desk', length: 9_000_000, attributes: [text('gen_ai.operation.name', 'invoke_agent'), text('gen_ai.agent.name', 'desk')] }),
  span({ id: 2, parent: 1, name: 'chat', start: 1_000_000, length: 1_000_000, attributes: [
    text('gen_ai.operation.name', 'chat'), text('gen_ai.request.model', 'gpt-4o'), text('gen_ai.provider.name', 'openai'),
    count('gen_ai.usage.input_tokens', 1000), count('gen_ai.usage.output_tokens', 200), count('gen_ai.usage.cache_read.input_tokens', 400),
    { key: 'gen_ai.usage.cost', value: { doubleValue: 0.005 } },
    json('gen_ai.input.messages', [{ role: 'user', parts: [{ type: 'text', content: 'how is it' }] }]),
    json('gen_ai.output.messages', [{ role: 'assistant', finish_reason: 'tool_call', parts: [
      { type: 'text', content: 'I look first.' },
      { type: 'tool_call', id: 'call_7', name: 'read_file', arguments: { path: 'skills/triage/SKILL.md' } }] }]),
  ] }),
  span({ id: 3, parent: 1, name: 'execute_tool read_file', start: 2_000_000, length: 1_000_000, attributes: [
    text('gen_ai.operation.name', 'execute_tool'), text('gen_ai.tool.name', 'read_file'), text('gen_ai.tool.call.id', 'call_7'),
    json('gen_ai.tool.call.arguments', { path: 'skills/triage/SKILL.md' }), text('gen_ai.tool.call.result', '# Triage'),
  ] }),
  span({ id: 4, parent: 1, name: 'chat', start: 4_000_000, length: 1_000_000, attributes: [
    text('gen_ai.operation.name', 'chat'), text('gen_ai.request.model', 'unheard-of-model'),
    count('gen_ai.usage.input_tokens', 10), count('gen_ai.usage.output_tokens', 5),
    json('gen_ai.input.messages', [{ role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_7', response: '# Triage' }] }]),
    json('gen_ai.output.messages', [{ role: 'assistant', finish_reason: 'stop', parts: [{ type: 'text', content: 'Done.' }] }]),
  ] }),
  span({ id: 5, parent: 1, name: 'chat', start: 6_000_000, length: 1_000_000, attributes: [
    text('gen_ai.operation.name', 'chat'), text('gen_ai.request.model', 'gpt-4o'),
  ] }),
], 'desk');

async function show(page, id) {
  await ask(page, 'select', { trace: traceId(1), span: spanId(id) });
  await selected(page, spanId(id));
}

async function openRun(app) {
  await open(app.page, [{ name: 'run.json', data: RUN }]);
  await show(app.page, 2);
}

/** The cells of the table of tokens, row by row. */
const table = (page) => panel(page).locator('.proof-table').first().locator('tr').evaluateAll((rows) => (
  rows.map((row) => [...row.cells].map((cell) => cell.textContent))));

appTest('a figure opens its derivation, product by product, and reported is compared with computed', async (app) => {
  await openRun(app);
  const { page } = app;
  await inspector(page).getByRole('button', { name: /tokens/ }).first().press('Enter');
  await eventually(() => tab(page, 'Meaning').getAttribute('aria-selected'), 'true');
  await eventually(() => table(page), [
    ['', 'Tokens', '$ per 1M', 'Cost'],
    ['input, uncached', '600', '2.5', '$0.0015'],
    ['cache read', '400', '1.25', '$0.0005'],
    ['output', '200', '10', '$0.002'],
    ['total', '1,200', '', '$0.004'],
    ['cache saved', 'against other input', '$0.0005'],
  ]);
  for (const words of ['the row gpt-4o', 'reported', 'gen_ai.usage.cost', '$0.005', 'difference', '$0.001']) {
    await eventually(() => panel(page).textContent(), (proof) => proof.includes(words), words);
  }
});

appTest('what is unknown says why and what helps', async (app) => {
  await openRun(app);
  const { page } = app;
  await show(page, 4);
  await tab(page, 'Meaning').click();
  await panel(page).getByText('No price is known for the model unheard-of-model').waitFor();
  await panel(page).getByRole('button', { name: 'Open prices' }).click();
  await page.getByRole('dialog', { name: 'Prices' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Prices' }).waitFor({ state: 'hidden' });
  await show(page, 5);
  await panel(page).getByText(/unknown, not zero/).waitFor();
});

appTest('the sums of a subtree and of the run name every call, and each opens its span', async (app) => {
  await openRun(app);
  const { page } = app;
  await show(page, 1);
  await tab(page, 'Meaning').click();
  await panel(page).getByRole('button', { name: /With everything below/ }).click();
  const sums = panel(page).locator('.proof-sums');
  await sums.getByText('1 call had no usage').waitFor();
  await eventually(() => sums.locator('.proof-call').count(), 3);
  await eventually(() => sums.textContent(), (said) => said.includes('unheard-of-model (1 call)'));
  await sums.locator('.proof-call').nth(1).click();
  await selected(page, spanId(4));

  await page.getByRole('region', { name: 'Run' }).getByRole('button', { name: /Tokens and cost/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Tokens and cost of the run' });
  await dialog.getByText('≥ 1,215').first().waitFor();
  await dialog.locator('.proof-call').first().press('Enter');
  await selected(page, spanId(2));
  await dialog.waitFor({ state: 'hidden' });
});

appTest('each value names the key that it came from', async (app) => {
  await openRun(app);
  const { page } = app;
  await tab(page, 'Meaning').click();
  const value = (name) => panel(page).locator(`[data-value="${name}"]`).textContent();
  await eventually(() => value('kind'), /llm.*gen_ai\.operation\.name.*OpenTelemetry/);
  await eventually(() => value('model'), /gpt-4o.*gen_ai\.request\.model.*no other was recorded as answering/);
  await eventually(() => value('cache read'), /400.*gen_ai\.usage\.cache_read\.input_tokens/);
  await eventually(() => value('agent'), /desk.*nearest agent above: invoke_agent desk/);
});

appTest('a tool and the call that asked for it lead to each other', async (app) => {
  await openRun(app);
  const { page } = app;
  await tab(page, 'Conversation').click();
  await panel(page).locator('[data-call="call_7"]').getByRole('button', { name: 'step 2' }).click();
  await selected(page, spanId(3));
  const head = inspector(page).locator('header').first();
  await head.getByText('loads skill triage').waitFor();
  await eventually(() => head.textContent(), /step 2 of 4/);
  await panel(page).getByText('Text before the call').waitFor();
  await panel(page).getByText('I look first.').waitFor();
  await head.getByRole('button', { name: /chat, step 3/ }).click();
  await selected(page, spanId(4));
  await panel(page).getByRole('button', { name: 'step 2' }).click();
  await selected(page, spanId(3));
  await head.getByRole('button', { name: /chat, step 1/ }).click();
  await selected(page, spanId(2));
  await settled(page);
  assert.equal(await inspector(page).locator('.is-inferred').count(), 0);
});

appTest('pairs without ids are marked as inferred', async (app) => {
  const { page } = app;
  await open(page, [corpus('openinference-langgraph-anthropic.jsonl')]);
  const [run] = await ask(page, 'runs', { sort: '-spans' });
  const spans = await ask(page, 'spans', run.trace_id);
  const task = spans.find((one) => one.name === 'task');
  assert.deepEqual([task.operation_kind, task.role, task.role_to], ['tool', 'delegation', 'sre_linux']);
  await ask(page, 'select', { trace: run.trace_id, span: task.span_id });
  const head = inspector(page).locator('header').first();
  await head.getByText('Asked by').waitFor();
  await eventually(() => head.locator('.is-inferred').count(), 2);
});

appTest('a script hears of a span what the inspector shows', async (app) => {
  await openRun(app);
  const tool = await ask(app.page, 'span', traceId(1), spanId(3));
  assert.deepEqual([tool.operation_kind, tool.role, tool.role_to, tool.step, tool.steps], ['tool', 'skill load', 'triage', 2, 4]);
  assert.deepEqual(tool.asked_by, { trace_id: traceId(1), span_id: spanId(2), name: 'chat', step: 1, inferred: null });
  assert.equal(tool.result_given_to.span_id, spanId(4));
  assert.deepEqual(tool.content.output, { text: '# Triage', key: 'gen_ai.tool.call.result' });
  const chat = await ask(app.page, 'span', traceId(1), spanId(2));
  assert.deepEqual(chat.usage, { input: 1000, output: 200, cache_read: 400, cache_write: null, reasoning: null });
  assert.deepEqual(chat.content.messages.at(-1).parts, [
    { type: 'text', text: 'I look first.' },
    { type: 'tool_call', id: 'call_7', name: 'read_file', arguments: '{"path":"skills/triage/SKILL.md"}' },
  ]);
  assert.deepEqual(chat.ran.map((one) => one.span_id), [spanId(3)]);
  assert.equal(chat.sources.find((one) => one.name === 'kind').key, 'gen_ai.operation.name');
  assert.equal(chat.cost_usd, 0.005);
});
