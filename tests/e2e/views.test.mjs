// The numbers behind the views, as scripts get them, beside the summary of the same file.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { ask, open } from './script.mjs';

const FILES = [
  'openllmetry-langgraph-openai.json.gz',
  'openinference-openai-agents.json',
  'plain-multi-process.jsonl',
  'vercel-ai-v5.json',
  'langfuse-observe.json',
];

const sum = (items, member) => items.reduce((total, item) => total + (item[member] ?? 0), 0);
const near = (a, b, what) => assert.ok(Math.abs(a - (b ?? 0)) <= 1e-12 * Math.max(1, Math.abs(a)), `${what}: ${a} and ${b}`);
const view = (page, name, options) => ask(page, 'view', name, options);

appTest('views add up to the summary of the same file', async (app, t) => {
  for (const file of FILES) {
    await t.test(file, async () => {
      await open(app.page, [corpus(file)]);
      const summary = await ask(app.page, 'summary');
      for (const levels of [['agent', 'model'], ['run', 'step'], ['tool']]) {
        const treemap = await view(app.page, 'treemap', { levels });
        assert.equal(treemap.total, summary.cost_usd);
        assert.equal(treemap.complete, summary.cost_complete);
        near(sum(treemap.nodes, 'value'), summary.cost_usd, levels.join());
        assert.ok(treemap.nodes.every((node) => node.path.length === levels.length));
      }
      const same = await view(app.page, 'what_if', { assign: {} });
      assert.deepEqual([same.before_usd, same.after_usd], [summary.cost_usd, summary.cost_usd]);
      const { cells } = await view(app.page, 'routing', { rows: 'agent', columns: 'model' });
      for (const [model, wanted] of Object.entries(summary.tokens_per_model)) {
        const of = cells.filter((cell) => (cell.column ?? 'unknown') === model);
        for (const member of ['input', 'output', 'cache_read']) assert.equal(sum(of, member), wanted[member], `${model} ${member}`);
        assert.equal(sum(of, 'calls_with_usage'), wanted.calls);
      }
      near(sum(cells, 'cost_usd'), summary.cost_usd, 'cells');
      const { rows } = await view(app.page, 'stats', { by: 'tool' });
      const tools = rows.filter((row) => row.count > 0).map((row) => [row.name, row.count]);
      assert.deepEqual(Object.fromEntries(tools), summary.tools);
    });
  }
});

appTest('a part is one run, or the runs that pass a filter', async (app) => {
  const { page } = app;
  await open(page, [corpus('mlflow-langgraph.json')]);
  const runs = await ask(page, 'runs', {});
  const of = async (options) => (await view(page, 'treemap', { measure: 'input', ...options })).total;
  let total = 0;
  for (const { trace_id, input_tokens } of runs) {
    const one = await of({ trace: trace_id });
    assert.equal(one, input_tokens);
    total += one ?? 0;
  }
  await eventually(() => of({}), total);
  // A value that only the file has.
  const filter = '{ span.mlflow.spanInputs =~ "(?s).*messages.*" }';
  const passing = await ask(page, 'runs', { filter: '{ kind = llm }' });
  await eventually(() => of({ filter }), sum(passing, 'input_tokens'));
  await eventually(() => of({ filter: '{ span.mlflow.spanInputs = "nobody wrote this" }' }), null);
});

appTest('the three agents of a run, and what is no option', async (app) => {
  const { page } = app;
  await open(page, [{ name: 'x', data: readFileSync(corpus('openllmetry-langgraph-openai.json.gz')) }]);
  const { nodes, edges } = await view(page, 'graph');
  assert.ok(nodes.some((node) => node.kind === 'model' && node.id === 'gpt-4o-mini-2024-07-18'), JSON.stringify(nodes));
  assert.ok(edges.some((edge) => edge.kind === 'delegation' && !edge.inferred), JSON.stringify(edges));
  const refused = (name, options) => view(page, name, options).then(() => 'nothing', (error) => error.message);
  await eventually(() => refused('treemap', { measure: 'weight' }), /'measure'.*expected cost.*found 'weight'/);
  await eventually(() => refused('treemap', { levels: ['no.such.key'] }), /'levels'/);
  await eventually(() => refused('what_if', { assign: { nobody: 'gpt-4o' } }), /'assign'/);
  await eventually(() => refused('pie'), /expected treemap/);
});
