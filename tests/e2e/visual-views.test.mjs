// How the views that count look on files of four producers, each on the run with most spans: in light and dark, on a big and on a
// small screen. What they show otherwise is in visual.test.mjs.

import { eventually, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { complaints } from './layout.mjs';
import { SIZES, looksAsKept } from './pictures.mjs';
import { ask, open } from './script.mjs';
import { colourful } from './waterfall.mjs';

/** Files, by what their pictures are called. */
const FILES = {
  adk: 'google-adk.json',
  langsmith: 'langsmith-otel.json',
  logfire: 'pydantic-ai-logfire.json',
  traceloop: 'openllmetry-workflow.json',
};

const tab = async (page, name) => {
  await page.getByRole('tab', { name }).click();
  await page.mouse.move(0, 0);
};

/** The views, in the order in which they are gone through: how each is come to, and waited for. */
const VIEWS = {
  curves: async (page) => {
    const toggle = page.getByRole('button', { name: 'Curves', pressed: false });
    await toggle.click();
    await page.mouse.move(0, 0);
    await colourful(page, page.locator('.curve-canvas'), 3, 'the curves');
  },
  cost: async (page) => {
    await tab(page, 'Cost');
    await page.locator('.cost-table tbody tr').first().waitFor();
    await colourful(page, page.locator('.cost-canvas'), 4, 'the treemap');
  },
  saved: async (page) => {
    await page.getByRole('button', { name: /^Cache (saved|cost) \$/ }).click();
    await eventually(() => page.getByLabel('Area').inputValue(), 'Cache saved');
    await page.mouse.move(0, 0);
  },
  routing: async (page) => {
    await tab(page, 'Routing');
    await page.getByRole('grid').locator('tbody [role=gridcell]').first().waitFor();
    await page.locator('.route-time-row').first().waitFor({ state: 'attached' });
    await page.locator('.route-alternative').first().waitFor({ state: 'attached' });
  },
  flow: async (page) => {
    await page.locator('.route-main').evaluate((main) => main.scrollTo(0, main.scrollHeight));
    await settled(page);
    await page.getByRole('list', { name: 'Ways', includeHidden: true }).locator('> li').first().waitFor({ state: 'attached' });
  },
  agents: async (page) => {
    await tab(page, 'Agents');
    await page.locator('ul[aria-label="Nodes and edges"] > li').first().waitFor({ state: 'attached' });
    await colourful(page, page.locator('.graph-canvas'), 6, 'the graph');
  },
  statistics: async (page) => {
    await tab(page, 'Statistics');
    await page.locator('.stat-table tbody tr').first().waitFor();
  },
  flame: async (page) => {
    await page.getByRole('button', { name: 'Flame graph' }).click();
    await page.locator('[role=treeitem]').first().waitFor({ state: 'attached' });
    await page.mouse.move(0, 0);
    await colourful(page, page.locator('.flame-canvas'), 4, 'the flame graph');
  },
};

for (const [producer, file] of Object.entries(FILES)) {
  for (const size of SIZES) {
    for (const colorScheme of ['light', 'dark']) {
      const of = `${size.width}-${colorScheme}`;
      appTest(`views of ${file} look as they should (${of})`, { context: { viewport: size, colorScheme } }, async (app, t) => {
        const { page } = app;
        // Times of the day are shown without their date on the day itself.
        await app.context.clock.setFixedTime(new Date('2027-03-04T05:06:07Z'));
        await app.reload();
        await open(page, [corpus(file)]);
        const [run] = await ask(page, 'runs', { sort: '-spans', limit: 1 });
        await ask(page, 'select', { trace: run.trace_id });
        await page.getByRole('treegrid').waitFor();
        for (const [view, show] of Object.entries(VIEWS)) {
          await show(page);
          await settled(page);
          await eventually(() => complaints(page), [], view);
          await looksAsKept(page, t, `${view}-${producer}-${of}`);
        }
      });
    }
  }
}
