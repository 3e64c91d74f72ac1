// Coding agents that write log records and no spans: each session is a run.

import assert from 'node:assert/strict';
import { eventually } from './eventually.mjs';
import { appTest } from './harness.mjs';
import { EPOCH, otlp, span, text } from './documents.mjs';
import { ask, open, runRow } from './script.mjs';
import { mirror, selected } from './waterfall.mjs';

const CLAUDE = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const CODEX = '0199a213-81ac-7800-8aa1-bbab2a035a53';

/** Log records of a session: milliseconds after EPOCH, name and attributes; numbers as texts, as both agents write them. */
const events = (key, session, records) => records.map(([time, name, attributes]) => ({
  timeUnixNano: String(EPOCH + BigInt(time) * 1_000_000n), body: { stringValue: name },
  attributes: [text('event.name', name), text(key, session), ...Object.entries(attributes).map(([key, value]) => text(key, value))],
}));

const request = { model: 'claude-sonnet-4-6', input_tokens: '50', output_tokens: '5', cache_read_tokens: '30', cache_creation_tokens: '20', cost_usd: '0.01', duration_ms: '400' };

const claude = events('session.id', CLAUDE, [
  [1_000, 'claude_code.user_prompt', { prompt: 'fix it' }],
  [1_500, 'claude_code.api_request', request],
  [1_600, 'claude_code.tool_decision', { tool_name: 'Bash', decision: 'accept' }],
  [1_900, 'claude_code.tool_result', { tool_name: 'Bash', success: 'true', duration_ms: '250', tool_parameters: '{"command":"cargo test"}' }],
  [2_600, 'claude_code.api_request', request],
  [2_700, 'claude_code.tool_result', { tool_name: 'Read', success: 'false', error: 'no such file' }],
]);

const codex = events('conversation.id', CODEX, [
  [5_000, 'codex.user_prompt', { prompt: 'explain it' }],
  [5_400, 'codex.sse_event', { 'event.kind': 'response.output_text.delta', model: 'gpt-5-codex' }],
  [6_000, 'codex.sse_event', { 'event.kind': 'response.completed', model: 'gpt-5-codex',
    input_token_count: '12000', cached_token_count: '8000', output_token_count: '900', reasoning_token_count: '400' }],
  [6_500, 'codex.tool_result', { tool_name: 'shell', call_id: 'c1', arguments: '{"command":["ls","-l"]}', output: 'a.rs', success: 'true', duration_ms: '300', model: 'gpt-5-codex' }],
]);

const logs = (service, logRecords) => ({
  resource: { attributes: [text('service.name', service)] }, scopeLogs: [{ scope: { name: 'events' }, logRecords }],
});
const FILE = JSON.stringify({ resourceLogs: [logs('claude-code', claude), logs('codex', codex)] });

const inspector = (page) => page.getByRole('complementary', { name: 'Inspector' });

appTest('sessions of Claude Code and Codex without spans are runs with calls, tools, tokens and cost', async (app) => {
  const { page } = app;
  await app.drop([{ name: 'events.json', data: FILE }]);
  await runRow(page, 1).waitFor();
  const rows = page.locator('[role=grid] [role=row]:has([role=gridcell])');
  await eventually(async () => (await rows.allTextContents()).map((row) => /Claude Code|Codex/.exec(row)?.[0]).sort(), ['Claude Code', 'Codex']);

  const summary = await ask(page, 'summary');
  assert.deepEqual([summary.traces, summary.llm_calls, summary.tool_calls, summary.tool_errors, summary.tools], [2, 3, 3, 1, { Bash: 1, Read: 1, shell: 1 }]);
  assert.deepEqual(summary.tokens_per_model, {
    // Claude Code counts cached tokens beside the others, Codex among them.
    'claude-sonnet-4-6': { calls: 2, input: 200, output: 10, cache_read: 60, cache_write: 40, reasoning: 0 },
    'gpt-5-codex': { calls: 1, input: 12_000, output: 900, cache_read: 8_000, cache_write: 0, reasoning: 400 },
  });
  // Reported by Claude Code; worked out for Codex: 4,000 x $1.25, 8,000 x $0.125 and 900 x $10 per million.
  assert.deepEqual([summary.cost_usd, summary.cost_complete], [0.035, true]);

  await page.locator('[role=grid] [role=row]', { hasText: 'Claude Code' }).first().click();
  await eventually(async () => (await mirror(page)).map(({ level, label }) => [level, label.split(', ')[0]]), [
    [1, 'Claude Code'], [2, 'claude_code.user_prompt'], [2, 'claude_code.api_request'], [2, 'claude_code.tool_decision'],
    [2, 'Bash'], [2, 'claude_code.api_request'], [2, 'Read'],
  ]);
  const label = async (at) => (await mirror(page))[at].label;
  await eventually(() => label(0), /agent.*210 tokens.*\$0\.0200/);
  await eventually(() => label(2), /llm.*claude-sonnet-4-6.*105 tokens.*\$0\.0100.*400 ms/);
  await eventually(() => label(4), /^Bash, cargo test,.*tool.*250 ms/);
  await eventually(() => label(6), /^Read,.*error/);

  const [{ id }] = (await mirror(page)).slice(6);
  await ask(page, 'select', { trace: CLAUDE, span: id });
  await selected(page, id);
  await inspector(page).getByText('Told by log records').waitFor();
  await inspector(page).getByText('no such file').first().waitFor();

  await ask(page, 'select', { trace: CODEX });
  await eventually(async () => (await mirror(page)).map(({ label }) => label.split(', ')[0]), ['Codex', 'codex.user_prompt', 'codex.sse_event', 'shell']);
  await eventually(() => label(2), /gpt-5-codex.*12\.9k tokens.*\$0\.0150/);
  await eventually(() => label(3), /^shell, \["ls","-l"\]/);
});

appTest('events add nothing to a session that has spans', async (app) => {
  const { page } = app;
  const spans = otlp([span({ id: 1, name: 'claude_code.interaction', length: 9_000_000_000, attributes: [text('session.id', CLAUDE)] })]);
  await open(page, [{ name: 'spans.json', data: spans }, { name: 'events.json', data: FILE }]);
  const runs = await ask(page, 'runs', {});
  assert.deepEqual(runs.map((run) => run.root_name).sort(), ['Codex', 'claude_code.interaction']);
  const summary = await ask(page, 'summary');
  assert.deepEqual(Object.keys(summary.tokens_per_model), ['gpt-5-codex']);
});
