// How the page looks: in light and dark, on a big and on a small screen.
//
// What is wrong in any font is looked for in the page (layout.mjs). Where browser and fonts are those the references were made with,
// a small picture of each screen is also compared with visual/*.png. SPANLIGHT_BLESS=1 makes the references anew; look at them, and
// at the full pictures in the output folder, before they are committed.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, resting, settled } from './eventually.mjs';
import { appTest, browser, corpus, outputFolder, root } from './harness.mjs';
import { complaints } from './layout.mjs';
import { ask, runRow } from './script.mjs';
import { colourful, places, rows, selected } from './waterfall.mjs';

const FOLDER = join(root, 'tests/e2e/visual');
const MADE_BY = join(FOLDER, 'made-by.json');
const BLESS = Boolean(process.env.SPANLIGHT_BLESS);
const SIZES = [{ width: 1440, height: 900 }, { width: 900, height: 700 }];
/** References are so many times smaller than the page. */
const SMALLER = 4;
/** A difference of a colour that an eye would not see in a small picture. */
const UNSEEN = 12;
/** The part of all points that may differ. */
const MAY_DIFFER = 0.0004;

/** What a picture depends on beside the page: the browser, and how letters come out. */
async function environment(page) {
  const letters = await page.evaluate(() => {
    const canvas = new OffscreenCanvas(400, 80);
    const context = canvas.getContext('2d');
    const fonts = [getComputedStyle(document.body).fontFamily, getComputedStyle(document.documentElement).getPropertyValue('--mono')];
    for (const [at, family] of fonts.entries()) {
      context.font = `600 15px ${family}`;
      context.fillText('Waterfall 0123456789 µs · → − ≥', 4, 20 + at * 40);
    }
    let hash = 2166136261;
    for (const value of context.getImageData(0, 0, 400, 80).data) hash = Math.imul(hash ^ value, 16777619) >>> 0;
    return hash.toString(16);
  });
  return { browser: (await browser()).version(), platform: process.platform, letters };
}

/** A screen made smaller, as PNG, and how far it is from a reference: the part of its points that differ, null without one. */
function compare(page, picture, reference) {
  return page.evaluate(async ([picture, reference, smaller, unseen]) => {
    const pixels = async (base64, scale) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(Math.round(bitmap.width / scale), Math.round(bitmap.height / scale));
      const context = canvas.getContext('2d', { willReadFrequently: true });
      context.imageSmoothingQuality = 'high';
      context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      return { canvas, data: context.getImageData(0, 0, canvas.width, canvas.height).data };
    };
    const now = await pixels(picture, smaller);
    const blob = await now.canvas.convertToBlob({ type: 'image/png' });
    const small = btoa(Array.from(new Uint8Array(await blob.arrayBuffer()), (byte) => String.fromCharCode(byte)).join(''));
    if (!reference) return { small, differs: null };
    const then = await pixels(reference, 1);
    if (then.data.length !== now.data.length) return { small, differs: 1 };
    let points = 0;
    for (let at = 0; at < now.data.length; at += 4) {
      if ([0, 1, 2].some((channel) => Math.abs(now.data[at + channel] - then.data[at + channel]) > unseen)) points += 1;
    }
    return { small, differs: points / (now.data.length / 4) };
  }, [picture.toString('base64'), reference?.toString('base64'), SMALLER, UNSEEN]);
}

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

/** What is another number each time is not looked at. */
const settle = async (page) => {
  await settled(page, 250);
  await page.evaluate(quiet);
};

async function quiet() {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode;
    text.data = text.data.replace(/(spans in )[\d.,]+ (ms|s)$/, '$1100 ms').replace(/[\d.]+ MB of memory/, '2.0 MB of memory');
  }
  await document.fonts.ready;
}

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
        const path = join(outputFolder, `visual-${title}.png`);
        const here = await environment(page);
        const kept = join(FOLDER, `${title}.png`);
        if (BLESS) {
          mkdirSync(FOLDER, { recursive: true });
          writeFileSync(MADE_BY, `${JSON.stringify(here, null, 2)}\n`);
          const picture = await resting(page, async () => {
            await settle(page);
            return page.screenshot({ path });
          });
          writeFileSync(kept, Buffer.from((await compare(page, picture)).small, 'base64'));
          return;
        }
        assert.ok(existsSync(kept), `${kept} is missing: SPANLIGHT_BLESS=1 makes it`);
        const made = JSON.parse(readFileSync(MADE_BY, 'utf8'));
        if (JSON.stringify(made) !== JSON.stringify(here)) {
          t.diagnostic(`not compared: made by ${JSON.stringify(made)}, this is ${JSON.stringify(here)}`);
          return;
        }
        const differs = async () => {
          await settle(page);
          return (await compare(page, await page.screenshot({ path }), readFileSync(kept))).differs;
        };
        await eventually(differs, (part) => (
          assert.ok(part <= MAY_DIFFER, `${(part * 100).toFixed(2)} % of the points differ from ${kept}; the page is ${path}`)));
      });
    }
  }
}
