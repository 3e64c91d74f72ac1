// What tools were called with, beside their names in the waterfall.

import { eventually } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { otlp, span, spanId, text, traceId } from './documents.mjs';
import { ask, open } from './script.mjs';
import { places, row } from './waterfall.mjs';

const MS = 1_000_000;
const TOOLS = 300;

/** An agent that reads many files. */
const reader = () => otlp([
  span({ id: 1, name: 'lead', length: (TOOLS + 2) * MS, attributes: [text('gen_ai.operation.name', 'invoke_agent'), text('gen_ai.agent.name', 'lead')] }),
  ...Array.from({ length: TOOLS }, (_, at) => span({ id: 2 + at, parent: 1, name: 'read', start: (1 + at) * MS, attributes: [
    text('gen_ai.operation.name', 'execute_tool'), text('gen_ai.tool.name', 'read'),
    text('gen_ai.tool.call.arguments', `{"path": "report\n${at}.txt"}`.replace('\n', '\\n')),
    text('gen_ai.tool.call.result', 'ann.lee@mail.example.com'),
  ] })),
]);

/** What is read aloud of a row. */
const label = (page, id) => row(page, id).getAttribute('aria-label');

appTest('tools say what they were called with, wherever the rows come to rest', async (app) => {
  const { page } = app;
  await open(page, [{ name: 'reader.json', data: reader() }]);
  await eventually(() => label(page, spanId(2)), /^read, report 0\.txt, /);
  await ask(page, 'select', { trace: traceId(1), span: spanId(TOOLS) });
  await eventually(() => label(page, spanId(TOOLS)), new RegExp(`^read, report ${TOOLS - 2}\\.txt, `));
  // The first ones are known still, and so is what the tooltip says.
  await ask(page, 'select', { trace: traceId(1), span: spanId(3) });
  await eventually(() => label(page, spanId(3)), /^read, report 1\.txt, /);
  const at = await places(page);
  const number = Number(await row(page, spanId(3)).getAttribute('data-line'));
  const first = Number(await row(page, spanId(1)).getAttribute('data-line'));
  await page.mouse.move(at.canvas.x + 120, at.y(number - first));
  await eventually(() => page.getByRole('tooltip').textContent(), /arguments.*report 1\.txt/);
});

appTest('what tools were called with is covered like everything else', async (app) => {
  const { page } = app;
  const secret = reader().replaceAll('.txt', '.txt of ann.lee@mail.example.com');
  await open(page, [{ name: 'reader.json', data: secret }]);
  await eventually(() => label(page, spanId(2)), /report 0\.txt of ann\.lee@/);
  const cover = page.getByRole('button', { name: 'Cover secrets' });
  await cover.click();
  await eventually(() => label(page, spanId(2)), /report 0\.txt of •+/);
  await cover.click();
  await eventually(() => label(page, spanId(2)), /report 0\.txt of ann\.lee@/);
});

appTest('a loaded skill is named instead', { context: { viewport: { width: 1280, height: 1400 } } }, async (app) => {
  const { page } = app;
  await open(page, [corpus('openinference-openai-agents.json')]);
  const [run] = await ask(page, 'runs', { sort: '-spans', limit: 1 });
  const spans = await ask(page, 'spans', run.trace_id);
  await ask(page, 'select', { trace: run.trace_id });
  const said = { incident: /^read_file, incident\.json, /, skill: /^read_file, .*loads the skill error-classifier/, told: /^run_diagnostics, host: rhel9-web-01, command: dnf / };
  const tools = spans.filter((span) => ['read_file', 'run_diagnostics'].includes(span.name));
  for (const [what, pattern] of Object.entries(said)) {
    await eventually(async () => {
      const labels = await Promise.all(tools.map(async ({ span_id: id }) => (await row(page, id).count()) > 0 && label(page, id)));
      return labels.some((words) => words && pattern.test(words));
    }, true, what);
  }
});
