// Every file of the corpus in the built app: the counts are those of an independent program, whatever a file is called;
// formats that are not OTLP are refused by name.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { appTest, corpus } from './harness.mjs';
import { ask, counts, meaning, open, tryOpen } from './script.mjs';

const expected = Object.values(JSON.parse(readFileSync(corpus('expected.json'), 'utf8')));

/** Files of other formats and what they are called. */
const FOREIGN = [
  [/^fixture-jaeger-(genai|otlp-out)\./, /jaeger/i],
  [/^fixture-zipkin-/, /zipkin/i],
  [/^fixture-(agentprism-)?langfuse-/, /langfuse/i],
  // Known to nobody else: its own words must do.
  [/^fixture-agenttrace-/, /an object with the keys run_id/],
];

const foreign = ({ file }) => FOREIGN.find(([name]) => name.test(file))?.[1];

appTest('every OTLP file has the counts expected, also under a meaningless name', async (app, t) => {
  const otlp = expected.filter((counted) => !foreign(counted));
  assert.ok(otlp.length >= 30, `only ${otlp.length} files`);
  for (const wanted of otlp) {
    for (const name of [wanted.file, 'x']) {
      await t.test(`${wanted.file} as ${name}`, async () => {
        const report = await open(app.page, [{ name, data: readFileSync(corpus(wanted.file)) }]);
        const summary = await ask(app.page, 'summary');
        assert.deepEqual(counts(summary), counts(wanted));
        assert.deepEqual(meaning(summary), meaning(wanted));
        const { total_input, total_output } = meaning(wanted);
        assert.deepEqual([summary.total_input, summary.total_output], [total_input, total_output]);
        assert.equal(summary.tokens_complete, wanted.llm_calls_without_usage === 0);
        assert.equal(report.spans, wanted.spans);
        assert.equal(report.traces, wanted.traces);
        assert.equal(report.files.length, 1);
        assert.equal(report.files[0].name, name);
        // Every record of the file, before duplicates are merged.
        assert.equal(report.files[0].spans, wanted.format_records);
        assert.equal(report.files[0].bytes, readFileSync(corpus(wanted.file)).length);
      });
    }
  }
});

appTest('files of other formats are refused by name, and what is open stays', async (app, t) => {
  await open(app.page, [corpus('crewai.json.gz')]);
  const before = await ask(app.page, 'summary');
  for (const { file } of expected.filter(foreign)) {
    await t.test(file, async () => {
      const { message, isError } = await tryOpen(app.page, [corpus(file)]);
      assert.ok(isError, 'it was opened');
      assert.match(message, foreign({ file }));
      assert.match(message, /expected OTLP JSON/i);
      assert.deepEqual(await ask(app.page, 'summary'), before);
    });
  }
});

appTest('spans of one document add up over its files, in any order', async (app) => {
  const parts = expected.filter((counted) => !foreign(counted) && !/fixture|dup-delivery|tempo/.test(counted.file));
  const sum = (name) => parts.reduce((total, part) => total + part[name], 0);
  await open(app.page, parts.map((part) => corpus(part.file)));
  const forward = counts(await ask(app.page, 'summary'));
  for (const name of ['traces', 'spans', 'roots', 'orphans', 'links', 'log_records', 'error_spans']) {
    assert.equal(forward[name], sum(name), name);
  }
  await open(app.page, parts.map((part) => corpus(part.file)).reverse());
  assert.deepEqual(counts(await ask(app.page, 'summary')), forward);
});

appTest('runs and spans carry what they mean, and it adds up', async (app, t) => {
  const generated = expected.filter((counted) => !foreign(counted) && counted.llm_calls > 0);
  assert.ok(generated.length >= 18, `only ${generated.length} files`);
  for (const { file } of generated) {
    await t.test(file, async () => {
      await open(app.page, [corpus(file)]);
      const summary = await ask(app.page, 'summary');
      const runs = await ask(app.page, 'runs');
      const spans = (await Promise.all(runs.map((run) => ask(app.page, 'spans', run.trace_id)))).flat();
      const sum = (all, name) => all.reduce((total, one) => total + (one[name] ?? 0), 0);
      assert.equal(sum(runs, 'llm_calls'), summary.llm_calls);
      assert.equal(sum(runs, 'tool_calls'), summary.tool_calls);
      assert.equal(sum(runs, 'input_tokens'), summary.total_input);
      assert.equal(sum(runs, 'output_tokens'), summary.total_output);
      const kinds = {};
      for (const { operation_kind: kind } of spans) kinds[kind] = (kinds[kind] ?? 0) + 1;
      assert.deepEqual(kinds, summary.kinds);
      const calls = (role) => spans.filter((span) => span.call === role).length;
      assert.deepEqual([calls('call'), calls('wrapper'), calls('twin')],
        [summary.llm_calls, summary.llm_wrapper_spans, summary.llm_twin_spans]);
      // Every model and every agent of a run is one of the document's.
      const models = new Set(runs.flatMap((run) => run.models));
      for (const model of Object.keys(summary.tokens_per_model)) assert.ok(models.has(model), model);
      for (const run of runs) for (const agent of run.agents) assert.ok(summary.agents[agent] > 0, agent);
      // Cost: to the picodollar the sum of its parts, as far as a number of JavaScript goes.
      if (summary.cost_usd === null) assert.equal(sum(runs, 'cost_usd'), 0);
      else {
        assert.ok(Math.abs(sum(runs, 'cost_usd') - summary.cost_usd) < 1e-9, `${sum(runs, 'cost_usd')} of ${summary.cost_usd}`);
        assert.ok(Math.abs(sum(spans, 'cost_usd') - summary.cost_usd) < 1e-9, `${sum(spans, 'cost_usd')} of ${summary.cost_usd}`);
      }
      assert.equal(runs.every((run) => run.cost_complete), summary.cost_complete);
    });
  }
});

appTest('agents own what stands below them, sessions and users name runs', async (app) => {
  await open(app.page, [corpus('openllmetry-workflow.json')]);
  const { agents } = await ask(app.page, 'summary');
  assert.deepEqual(Object.keys(agents).sort(), ['ops_manager', 'reviewer', 'sre_linux']);
  const runs = await ask(app.page, 'runs');
  const whole = runs.find((run) => run.agents.length === 3);
  assert.deepEqual([whole.session, whole.user], ['sess-42', 'u-7']);
  const spans = await ask(app.page, 'spans', whole.trace_id);
  const tools = spans.filter((span) => span.operation_kind === 'tool');
  assert.deepEqual([...new Set(tools.map((span) => `${span.tool} by ${span.agent}`))].sort(), [
    'create_ticket by ops_manager', 'read_file by ops_manager', 'read_file by sre_linux',
    'run_diagnostics by sre_linux', 'search_kb by sre_linux']);
});
