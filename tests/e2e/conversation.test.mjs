// What a span was given and gave: conversations, tool calls and retrievals of any SDK, rendered without HTML and without the network.

import assert from 'node:assert/strict';
import { eventually, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { otlp, span, spanId, text, traceId } from './documents.mjs';
import { ask, open } from './script.mjs';

const inspector = (page) => page.getByRole('complementary', { name: 'Inspector' });
const tab = (page, name) => inspector(page).getByRole('tab', { name });
const panel = (page) => inspector(page).getByRole('tabpanel');
const message = (page, who) => panel(page).getByRole('article', { name: who });
const copied = (page) => page.evaluate(() => navigator.clipboard.readText());

/** Opens files and selects the span of a name that comes at a place among those of its name, or the last one. */
async function select(page, files, name, nth = 0) {
  await open(page, files.map((file) => (typeof file === 'string' ? corpus(file) : file)));
  const found = [];
  for (const run of await ask(page, 'runs', { sort: '-spans' })) {
    const spans = await ask(page, 'spans', run.trace_id);
    found.push(...spans.filter((one) => one.name === name));
  }
  const one = found.at(nth);
  await ask(page, 'select', { trace: one.trace_id, span: one.span_id });
  await inspector(page).getByRole('heading', { level: 2, name }).waitFor();
}

const json = (key, value) => text(key, JSON.stringify(value));

/** A chat with these parts as its answer. */
const chat = (parts, { input = [{ role: 'user', parts: [{ type: 'text', content: 'go' }] }], more = [] } = {}) => ({
  name: 'chat.json',
  data: otlp([span({ name: 'chat', attributes: [
    text('gen_ai.operation.name', 'chat'), json('gen_ai.input.messages', input),
    json('gen_ai.output.messages', [{ role: 'assistant', parts, finish_reason: 'stop' }]), ...more,
  ] })]),
});

// One pixel of red.
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

/** A second of silence. */
function silence() {
  const bytes = Buffer.alloc(44 + 8000);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  for (const [at, value] of [[16, 16], [24, 8000], [28, 8000], [40, 8000]]) bytes.writeUInt32LE(value, at);
  for (const [at, value] of [[20, 1], [22, 1], [32, 1], [34, 8]]) bytes.writeUInt16LE(value, at);
  bytes.write('data', 36);
  bytes.fill(128, 44);
  return bytes.toString('base64');
}

const CONVERSATIONS = [
  ['openinference-openai.json', 'ChatCompletion', 'The next fact I need comes from researcher.'],
  ['pydantic-ai-logfire.json', 'chat claude-sonnet-4-6', 'I need the raw context'],
  ['langfuse-observe.json', 'OpenAI-generation', 'I need the raw context'],
  ['strands-legacy.json', 'chat', 'I need the raw context'],
  ['mlflow-langgraph.json', 'ChatOpenAI', 'I need the raw context'],
  ['vercel-ai-v5.json', 'ai.generateText.doGenerate', 'I need the raw context'],
  ['langsmith-otel.json', 'ChatOpenAI', 'I need the raw context'],
  ['openllmetry-workflow.json', 'anthropic.chat', 'I need the raw context'],
];

appTest('a call of a model is a conversation, whatever SDK wrote it', async (app) => {
  const { page } = app;
  for (const [file, name, words] of CONVERSATIONS) {
    await select(page, [file], name);
    await eventually(() => tab(page, 'Conversation').getAttribute('aria-selected'), 'true', file);
    await message(page, 'User').first().waitFor();
    const answer = message(page, 'Assistant').last();
    await eventually(() => answer.textContent(), (said) => said.includes(words) && said.includes('output'), file);
    await eventually(() => answer.locator('.call').count(), 1, file);
  }
});

appTest('messages in log records belong to their span', async (app) => {
  const { page } = app;
  await select(page, ['otel-openai-v2-legacy.json', 'otel-openai-v2-legacy.logs.jsonl'], 'chat gpt-4o', 1);
  await panel(page).getByRole('button', { name: /^System/ }).click();
  await panel(page).getByText('You are ops_manager, the coordinator', { exact: false }).last().waitFor();
  await eventually(() => message(page, 'Assistant').last().textContent(), /read_file/);
});

appTest('messages that the call before had are folded, with calls and results together', async (app) => {
  const { page } = app;
  await select(page, ['pydantic-ai-logfire.json'], 'chat gpt-5-mini', 4);
  const fold = panel(page).getByRole('button', { name: /^8 messages as in step \d+ 1 user, 4 assistant, 3 tool$/ });
  await fold.waitFor();
  assert.equal(await message(page, 'User').count(), 0);
  await fold.click();
  await eventually(() => message(page, 'User').count(), 1);
  await eventually(() => message(page, 'Assistant').count(), 5);
  const calls = () => panel(page).locator('.call').evaluateAll((calls) => new Set(calls.map((call) => call.dataset.call)).size);
  await eventually(calls, 5);
  const tools = panel(page).getByRole('button', { name: /^Tools offered 3/ });
  await tools.click();
  await eventually(() => panel(page).locator('.offered').count(), 3);
  await eventually(() => panel(page).locator('.offered', { hasText: 'called' }).textContent(), /run_diagnostics/);
});

appTest('what is new since the call before is told by content, and not when a message differs', async (app) => {
  const { page } = app;
  const said = (role, content) => ({ role, parts: [{ type: 'text', content }] });
  const call = (id, start, input, answer) => span({ id, parent: 1, name: `call ${id}`, start, length: 10, attributes: [
    text('gen_ai.operation.name', 'chat'), json('gen_ai.input.messages', input), json('gen_ai.output.messages', [said('assistant', answer)]),
  ] });
  const first = [said('user', 'one'), said('assistant', 'two'), said('user', 'three')];
  const data = otlp([
    span({ id: 1, name: 'agent', length: 100, attributes: [text('gen_ai.operation.name', 'invoke_agent'), text('gen_ai.agent.name', 'a')] }),
    call(2, 1, first, 'four'),
    call(3, 20, [...first, said('assistant', 'four'), said('user', 'five')], 'six'),
    // Not what was said before: somebody changed the first message.
    call(4, 40, [said('user', 'ONE'), ...first.slice(1), said('assistant', 'four'), said('user', 'seven')], 'eight'),
  ]);
  await open(page, [{ name: 'calls.json', data }]);
  const show = async (id) => {
    await ask(page, 'select', { trace: traceId(1), span: spanId(id) });
    await inspector(page).getByRole('heading', { level: 2, name: `call ${id}` }).waitFor();
  };
  await show(3);
  const fold = panel(page).getByRole('button', { name: /^4 messages as in step 1 2 user, 2 assistant$/ });
  await fold.waitFor();
  await eventually(() => panel(page).getByRole('article').evaluateAll((all) => all.map((one) => one.textContent)), ['Userfive', 'Assistantoutputsix']);
  await fold.click();
  await eventually(() => panel(page).getByRole('article').count(), 6);
  await show(4);
  await panel(page).getByRole('button', { name: /^4 earlier messages/ }).waitFor();
  await eventually(() => panel(page).getByText('as in step').count(), 0);
  await show(3);
  await panel(page).getByText('New since').getByRole('button').click();
  await inspector(page).getByRole('heading', { level: 2, name: 'call 2' }).waitFor();
});

appTest('a tool shows arguments and result, and that it failed', async (app) => {
  const { page } = app;
  await select(page, ['strands-legacy.json'], 'execute_tool run_diagnostics', -1);
  await eventually(() => tab(page, 'Tool call').getAttribute('aria-selected'), 'true');
  await eventually(() => panel(page).textContent(), /Arguments.*gen_ai\.tool\.message.*rhel9-web-01.*Result.*gen_ai\.choice.*error.*TimeoutError/s);
  await select(page, ['plain-multi-process.jsonl'], 'tool.call.vector_search');
  await eventually(() => panel(page).textContent(), /Why this step.*agent\.decision_rationale.*The next fact.*Arguments.*hnsw recall/s);
  await eventually(() => panel(page).locator('.document').count(), 3);
});

appTest('a retrieval shows query and documents', async (app) => {
  const { page } = app;
  await select(page, ['openinference-langgraph-anthropic.jsonl'], 'R');
  await eventually(() => tab(page, 'Retrieval').getAttribute('aria-selected'), 'true');
  await eventually(() => panel(page).textContent(), /Query.*HNSW or IVF\?.*2 documents.*a\.md.*score 0\.93.*HNSW recall note/s);
});

appTest('markdown is elements, HTML is text, and nothing is fetched or followed', async (app) => {
  const { page } = app;
  const words = '# Title\n\n**bold** `code` [link](https://evil.example/a) ![pic](https://evil.example/b.png)\n\n- one\n- two\n\n'
    + '| a | b |\n|---|---|\n| 1 | 2 |\n\n<img src=x onerror="window.ran=1"><script>window.ran=1</script>';
  const uri = { type: 'uri', modality: 'image', uri: 'https://evil.example/c.png' };
  await select(page, [chat([{ type: 'text', content: words }, uri])], 'chat');
  const answer = message(page, 'Assistant');
  for (const [selector, content] of [['strong', 'bold'], ['code', 'code'], ['li', 'one'], ['th', 'a'], ['.prose-head', 'Title']]) {
    await eventually(() => answer.locator(selector).first().textContent(), content);
  }
  for (const seen of ['<img src=x onerror', '<script>', 'https://evil.example/a', 'https://evil.example/b.png', 'https://evil.example/c.png']) {
    await eventually(() => answer.textContent(), (said) => said.includes(seen), seen);
  }
  await settled(page);
  assert.equal(await answer.locator('img, a, script, iframe').count(), 0);
  assert.equal(await page.evaluate(() => window.ran), undefined);
  await panel(page).getByRole('button', { name: 'As written' }).click();
  await answer.getByText('**bold** `code`', { exact: false }).waitFor();
});

appTest('images and sounds of the trace are shown from memory, under the strictest policy', async (app) => {
  const { page } = app;
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>window.ran=1</script></svg>').toString('base64');
  const parts = [
    { type: 'text', content: 'look' },
    { type: 'blob', mime_type: 'image/png', content: PNG },
    { type: 'image_url', image_url: { url: `data:image/svg+xml;base64,${svg}` } },
    { type: 'blob', mime_type: 'audio/wav', content: silence() },
  ];
  await select(page, [chat([{ type: 'text', content: 'seen' }], { input: [{ role: 'user', parts }] })], 'chat');
  const user = message(page, 'User');
  await page.waitForFunction(() => {
    const canvas = document.querySelector('.media-image canvas');
    return canvas?.width === 1 && canvas.getContext('2d').getImageData(0, 0, 1, 1).data[3] === 255;
  });
  await user.getByText('The browser cannot show this image.').waitFor();
  assert.equal(await page.evaluate(() => window.ran), undefined);
  await user.getByRole('button', { name: 'Play' }).click();
  await user.getByRole('button', { name: 'Stop' }).click();
  await user.getByRole('button', { name: 'Play' }).waitFor();
});

appTest('long texts show their beginning, all when wanted, and are copied whole', async (app) => {
  const { page } = app;
  const long = Array.from({ length: 3_000 }, (_, at) => `sentence number ${at}.`).join('\n\n');
  const reasoning = { type: 'reasoning', content: 'what to **say**' };
  await select(page, [chat([reasoning, { type: 'text', content: long }])], 'chat');
  const answer = message(page, 'Assistant');
  await answer.getByText('sentence number 1.').waitFor();
  assert.ok(!(await answer.textContent()).includes('number 100.'));
  await answer.hover();
  await answer.getByRole('button', { name: 'Copy this text' }).last().click();
  await app.told('Text copied');
  await eventually(() => copied(page), long);
  await answer.getByRole('button', { name: /^Show all \(\d+(\.\d)? KB\)$/ }).click();
  await answer.getByText('sentence number 2999.').waitFor();
  await answer.getByRole('button', { name: 'Show less' }).click();
  await answer.getByText('sentence number 2999.').waitFor({ state: 'detached' });
  await eventually(() => answer.locator('strong').count(), 0);
  await answer.getByRole('button', { name: /^Reasoning/ }).click();
  await eventually(() => answer.locator('strong').textContent(), 'say');
});

appTest('parameters, first token, finish and scores stand with the call', async (app) => {
  const { page } = app;
  const number = (key, doubleValue) => ({ key, value: { doubleValue } });
  const more = [
    number('gen_ai.request.temperature', 0.2), number('gen_ai.request.max_tokens', 1024), number('gen_ai.request.seed', 7),
    number('gen_ai.response.time_to_first_chunk', 0.337),
    text('annotations.0.annotation.name', 'helpfulness'), text('annotations.0.annotation.label', 'good'),
  ];
  await select(page, [chat([{ type: 'text', content: 'done' }], { more })], 'chat');
  for (const words of ['temperature0.2', 'max_tokens1024', 'seed7', 'First token337 ms']) {
    await eventually(() => panel(page).locator('.content-facts').textContent(), (facts) => facts.includes(words), words);
  }
  await eventually(() => message(page, 'Assistant').textContent(), /output, stopped for stop/);
  await eventually(() => panel(page).textContent(), /helpfulness.*good.*From gen_ai\.input\.messages, gen_ai\.output\.messages/s);
});

appTest('a cut message is text, and the tab chosen by hand stays', async (app) => {
  const { page } = app;
  const cut = { name: 'cut.json', data: otlp([
    span({ name: 'chat', attributes: [text('gen_ai.operation.name', 'chat'), text('gen_ai.input.messages', '[{"role":"user","content":"hel…')] }),
    span({ id: 2, name: 'plain', attributes: [text('k', 'v')] }),
  ]) };
  await select(page, [cut], 'chat');
  await message(page, 'User').getByText('[{"role":"user","content":"hel…').waitFor();
  await ask(page, 'select', { trace: traceId(1), span: spanId(2) });
  await inspector(page).getByRole('heading', { level: 2, name: 'plain' }).waitFor();
  await eventually(() => tab(page, /^Attributes/).getAttribute('aria-selected'), 'true');
  await eventually(() => tab(page, 'Conversation').count(), 0);
});
