// How the page looks: in light and dark, on a big and on a small screen.
//
// What is wrong in any font is looked for in the page (layout.mjs). Where browser and fonts are those the references were made with,
// a small picture of each screen is also compared with visual/*.png. SPANLIGHT_BLESS=1 makes the references anew; look at them, and
// at the full pictures in the output folder, before they are committed.

import { eventually, resting, settled } from './eventually.mjs';
import { appTest, corpus } from './harness.mjs';
import { complaints } from './layout.mjs';
import { MAY_DIFFER, SIZES, compare, looksAsKept, settle } from './pictures.mjs';
import { ask, runRow } from './script.mjs';
import { colourful, places, rows, selected } from './waterfall.mjs';

const openDocument = async (app) => {
  await app.drop([corpus('vercel-ai-v5.json'), corpus('openinference-openai-agents.json')]);
  await runRow(app.page, 6).waitFor();
};

const openSpan = async (app, number) => {
  const { page } = app;
  await openDocument(app);
  const [run] = await ask(page, 'runs', { sort: '-spans' });
  const { span_id: span } = (await ask(page, 'spans', run.trace_id))[number];
  await ask(page, 'select', { trace: run.trace_id, span });
  await selected(page, span);
  await page.getByRole('complementary', { name: 'Inspector' }).getByRole('tab').first().waitFor();
};

/** The screens, and how many colours their canvases have at least. */
const SCREENS = {
  open: async () => {},
  runs: openDocument,
  waterfall: async (app) => {
    await openSpan(app, 4);
    const { canvas } = await places(app.page);
    await colourful(app.page, canvas, 20, 'the waterfall');
    await colourful(app.page, app.page.locator('.minimap'), 5, 'the minimap');
  },
  inspector: async (app) => {
    const { page } = app;
    await openDocument(app);
    const trace = '4541e5bf3f9241c80ae56ae090d8634b';
    await ask(page, 'select', { trace, span: '89d6b3aebde2ac06' });
    await page.getByRole('tab', { name: /^Events/ }).click();
    await page.getByRole('tabpanel', { name: 'Events' }).getByText('exception').first().waitFor();
  },
  search: async (app) => {
    const { page } = app;
    await openSpan(app, 4);
    await page.keyboard.press('/');
    await eventually(() => page.evaluate(() => document.activeElement.id), 'search');
    await page.keyboard.type('rate limit');
    await page.getByRole('search').getByText('5 in 2 runs').waitFor();
  },
  cost: async (app) => {
    const { page } = app;
    await openDocument(app);
    const [run] = await ask(page, 'runs', { sort: '-spans' });
    await ask(page, 'select', { trace: run.trace_id });
    await page.getByRole('tab', { name: 'Cost' }).click();
    await page.getByLabel('Run budget in dollars').fill('0.001');
    await page.keyboard.press('Enter');
    await page.getByText(/^Crossed at /).waitFor();
    await settled(page);
    await page.locator('.cost-table tbody tr').first().click();
    await page.mouse.move(0, 0);
    await page.getByRole('button', { name: 'Go into it' }).waitFor();
    await colourful(page, page.locator('.cost-canvas'), 5, 'the treemap');
  },
  compare: async (app) => {
    const { page } = app;
    await openDocument(app);
    await page.getByRole('tab', { name: 'Cost' }).click();
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.locator('.cost-table').getByText('Difference').waitFor();
    await page.mouse.move(0, 0);
    await colourful(page, page.locator('.cost-canvas'), 5, 'the treemap');
  },
  routing: async (app) => {
    const { page } = app;
    await openDocument(app);
    await page.getByRole('tab', { name: 'Routing' }).click();
    const cells = page.getByRole('grid').locator('tbody [role=gridcell]:not([aria-label])');
    await cells.first().waitFor();
    await settled(page);
    await cells.first().click();
    await page.mouse.move(0, 0);
    await page.locator('.route-time-row').first().waitFor({ state: 'attached' });
    await page.locator('.route-alternative').first().waitFor({ state: 'attached' });
    await page.getByRole('list', { name: 'Ways', includeHidden: true }).locator('> li').nth(5).waitFor({ state: 'attached' });
  },
  agents: async (app) => {
    const { page } = app;
    await openDocument(app);
    await ask(page, 'select', { trace: '4541e5bf3f9241c80ae56ae090d8634b' });
    await page.getByRole('tab', { name: 'Agents' }).click();
    await page.locator('ul[aria-label="Nodes and edges"] > li').first().waitFor({ state: 'attached' });
    await settled(page);
    await page.locator('.graph-place').press('ArrowRight');
    await eventually(() => page.locator('.graph-place').getByRole('status').textContent(), /\w/);
    await colourful(page, page.locator('.graph-canvas'), 10, 'the graph');
  },
  statistics: async (app) => {
    const { page } = app;
    await openDocument(app);
    await page.getByRole('tab', { name: 'Statistics' }).click();
    const rows = page.locator('.stat-table tbody tr');
    await rows.nth(5).waitFor();
    await settled(page);
    await rows.first().click();
    await page.mouse.move(0, 0);
  },
  flame: async (app) => {
    const { page } = app;
    await openDocument(app);
    await page.getByRole('tab', { name: 'Statistics' }).click();
    await page.getByRole('button', { name: 'Flame graph' }).click();
    await page.locator('[role=treeitem]').nth(5).waitFor({ state: 'attached' });
    await settled(page);
    await page.getByRole('tree', { name: 'Flame graph' }).press('ArrowDown');
    await page.locator('[role=tree][aria-activedescendant]').waitFor();
    await colourful(page, page.locator('.flame-canvas'), 5, 'the flame graph');
  },
  report: async (app) => {
    const { page } = app;
    await openDocument(app);
    await page.getByRole('button', { name: /^2 files/ }).click();
    await page.getByRole('menuitem', { name: 'Import report' }).click();
    await page.getByRole('heading', { name: /^Loaded 7 runs/ }).waitFor();
  },
};

appTest('faults of a layout and of a picture are found', async (app) => {
  const { page } = app;
  await openDocument(app);
  await settle(page);
  await eventually(() => complaints(page), []);
  const before = await resting(page, () => page.screenshot());
  const faults = [
    ['.navitem', { marginLeft: '-60px' }, /lies over/],
    ['.topbar .quiet', { transform: 'translateX(2000px)' }, /is cut: |page is \d+ wide/],
    ['.status', { fontSize: '8px' }, /is 8px high/],
    ['.runs-bar .count', { width: '20px', overflow: 'hidden', whiteSpace: 'nowrap', flex: 'none', textOverflow: 'clip' }, /without a sign/],
    ['.app', { width: '1500px' }, /is cut|wide/],
    ['.runs-head > :nth-child(2)', { position: 'relative', left: '-140px' }, /lies over/],
  ];
  const style = (selector, rules) => page.evaluate(([selector, rules]) => {
    const element = document.querySelector(selector);
    const old = Object.fromEntries(Object.keys(rules).map((name) => [name, element.style[name]]));
    Object.assign(element.style, rules);
    return old;
  }, [selector, rules]);
  for (const [selector, rules, wanted] of faults) {
    const old = await style(selector, rules);
    await eventually(() => complaints(page), (found) => found.some((one) => wanted.test(one)), selector);
    await style(selector, old);
  }
  await eventually(() => complaints(page), []);
  const reference = Buffer.from((await compare(page, before)).small, 'base64');
  await eventually(async () => (await compare(page, await page.screenshot(), reference)).differs, 0);
  for (const [selector, rules] of [
    ['.runs-head', { paddingTop: '4px' }], ['#run-2 .run', { color: 'red' }], ['#run-3', { visibility: 'hidden' }],
  ]) {
    const old = await style(selector, rules);
    await eventually(async () => (await compare(page, await page.screenshot(), reference)).differs, (differs) => differs > MAY_DIFFER, selector);
    await style(selector, old);
  }
});

appTest('with forced colours everything that is chosen is still marked', { context: { forcedColors: 'active' } }, async (app) => {
  const { page } = app;
  const outlined = (selector) => eventually(() => page.evaluate((selector) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.querySelector(selector));
    return outlineStyle !== 'none' && outlineWidth !== '0px';
  }, selector), true, selector);
  await openDocument(app);
  await page.keyboard.press('ArrowDown');
  await page.locator('.runs-row[aria-selected=true]').waitFor();
  await outlined('.runs-row[aria-selected=true]');
  await outlined('.navitem[aria-current=page]');
  await eventually(() => complaints(page), []);
  await page.keyboard.press('Enter');
  await rows(page).first().waitFor({ state: 'attached' });
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.locator('[role=treegrid] [aria-selected=true]').waitFor({ state: 'attached' });
  await settle(page);
  // The run in the rail, the zone of times.
  await outlined('.rail-row[aria-current=true]');
  await outlined('.segment > [aria-pressed=true]');
  const { canvas } = await places(page);
  await colourful(page, canvas, 10, 'the waterfall');
  await eventually(() => complaints(page), []);
});

for (const size of SIZES) {
  for (const colorScheme of ['light', 'dark']) {
    for (const [name, show] of Object.entries(SCREENS)) {
      const title = `${name}-${size.width}-${colorScheme}`;
      appTest(`${title} looks as it should`, { context: { viewport: size, colorScheme } }, async (app, t) => {
        const { page } = app;
        // Times of the day are shown without their date on the day itself.
        await app.context.clock.setFixedTime(new Date('2027-03-04T05:06:07Z'));
        await app.reload();
        await show(app);
        await settle(page);
        if (name !== 'open') await eventually(() => page.getByRole('button', { name: /^2 files/ }).count(), 1);
        await eventually(() => complaints(page), []);
        if (['waterfall', 'search', 'inspector'].includes(name)) await rows(page).first().waitFor({ state: 'attached' });
        await looksAsKept(page, t, title);
      });
    }
  }
}
