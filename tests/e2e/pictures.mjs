// Pictures of the page, kept as references: how they are made, made smaller, compared, and made anew.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, resting, settled } from './eventually.mjs';
import { browser, outputFolder, root } from './harness.mjs';

const FOLDER = join(root, 'tests/e2e/visual');
const MADE_BY = join(FOLDER, 'made-by.json');
const BLESS = Boolean(process.env.SPANLIGHT_BLESS);
/** A big and a small screen. */
export const SIZES = [{ width: 1440, height: 900 }, { width: 900, height: 700 }];
/** References are so many times smaller than the page. */
const SMALLER = 4;
/** A difference of a colour that an eye would not see in a small picture. */
const UNSEEN = 12;
/** The part of all points that may differ. */
export const MAY_DIFFER = 0.0004;

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
export function compare(page, picture, reference) {
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

/** What is another number each time is not looked at. */
export const settle = async (page) => {
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

/** Compares the page with the reference of a title, or makes that. `t` is told when there is nothing to compare with. */
export async function looksAsKept(page, t, title) {
  await settle(page);
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
}
