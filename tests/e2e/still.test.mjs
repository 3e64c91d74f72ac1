// Nothing of a view moves between its opening and its first drawing, however late the answers come.

import assert from 'node:assert/strict';
import { appTest, corpus } from './harness.mjs';
import { ask, open } from './script.mjs';

/** In the page: keeps what moved of a view, and where. */
function watch() {
  window.moved = [];
  const views = '.cost-view, .route-view, .graph-view, .stat-page';
  const hear = (entries) => entries.flatMap((entry) => entry.sources).forEach(({ node, previousRect, currentRect }) => {
    const element = node instanceof Element ? node : node?.parentElement;
    // What is new, or gone, was nowhere before or is nowhere after.
    if (!element?.closest(views) || currentRect.width === 0 || previousRect.width === 0) return;
    window.moved.push(`${element.className || element.tagName} from ${previousRect.x}, ${previousRect.y} to ${currentRect.x}, ${currentRect.y}`);
  });
  const observer = new PerformanceObserver((list) => hear(list.getEntries()));
  observer.observe({ type: 'layout-shift' });
  window.movedByNow = async () => {
    await new Promise((painted) => { requestAnimationFrame(() => requestAnimationFrame(painted)); });
    hear(observer.takeRecords());
    return window.moved;
  };
}

const VIEWS = [
  ['Cost', '.cost-table tbody tr'],
  ['Routing', '.route-below section'],
  ['Agents', '.graph-view canvas'],
  ['Statistics', '.stat-table tbody tr'],
];

for (const file of ['crewai.json.gz', 'openllmetry-langgraph-openai.json.gz', 'google-adk.json', 'plain-multi-process.jsonl']) {
  appTest(`views of ${file} stand still from the first`, { late: 150 }, async (app) => {
    const { page } = app;
    await open(page, [corpus(file)]);
    const [run] = await ask(page, 'runs', { sort: '-spans', limit: 1 });
    await ask(page, 'select', { trace: run.trace_id });
    await page.getByRole('treegrid').waitFor();
    await page.evaluate(watch);
    for (const [tab, drawn] of VIEWS) {
      await page.getByRole('tab', { name: tab, exact: true }).click();
      await page.locator(drawn).first().waitFor();
      assert.deepEqual(await page.evaluate(() => window.movedByNow()), [], tab);
    }
  });
}
