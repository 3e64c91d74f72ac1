// Work and intervals of frames while a picture is scrolled, zoomed or panned, a step in every frame.

/** Frames of one motion. */
const FRAMES = 150;

/**
 * Work of the page's main thread (script, style, layout, paint) for each frame and the intervals between frames, in ms. The wheel
 * turns at `at`, shares of the page's width and height.
 */
export async function measureFrames(page, motion, at = [0.65, 0.6]) {
  await requireMotion(page, motion, at);
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const complete = new Promise((resolve) => { session.once('Tracing.tracingComplete', resolve); });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink.user_timing', '__metadata'] },
  });
  const intervals = await page.evaluate(move, { motion, place: at, frames: FRAMES });
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  return { work: workOfFrames(events), intervals };
}

/** Fails when a few steps leave the picture as it is: there would be nothing to measure. */
async function requireMotion(page, motion, at) {
  const before = await page.screenshot();
  // The second half of a motion goes back; these steps are of the first.
  await page.evaluate(move, { motion, place: at, frames: 1000, only: 20 });
  if (before.equals(await page.screenshot())) throw new Error(`the page does not ${motion}`);
}

/** In the page: moves in each of `frames` animation frames and returns the intervals between them. */
async function move({ motion, place, frames, only = frames }) {
  const at = { clientX: innerWidth * place[0], clientY: innerHeight * place[1] };
  const target = document.elementFromPoint(at.clientX, at.clientY);
  const step = (frame) => {
    // Forth and back, so that neither end of the trace is reached.
    const way = frame < frames / 2 ? 1 : -1;
    const wheel = {
      scroll: { deltaY: 400 * way },
      zoom: { deltaY: -60 * way, ctrlKey: true },
      pan: { deltaY: 40 * way, shiftKey: true },
    }[motion];
    target.dispatchEvent(new WheelEvent('wheel', { ...at, ...wheel, bubbles: true, cancelable: true }));
  };
  const next = () => new Promise(requestAnimationFrame);
  for (let frame = 0; frame < 10; frame += 1) await next();
  performance.mark('bench-begin');
  const intervals = [];
  let last = await next();
  for (let frame = 0; frame < only; frame += 1) {
    step(frame);
    const now = await next();
    intervals.push(now - last);
    last = now;
  }
  performance.mark('bench-end');
  await next();
  return intervals;
}

/** Adds up the tasks of the page's main thread between the beginnings of frames, in the marked part of a trace. */
function workOfFrames(events) {
  const mark = (name) => events.find((event) => event.name === name && event.cat.includes('blink.user_timing'));
  const [begin, end] = [mark('bench-begin'), mark('bench-end')];
  const own = (event) => event.pid === begin.pid && event.tid === begin.tid && event.ts >= begin.ts && event.ts <= end.ts;
  const byTime = (one, other) => one.ts - other.ts;
  const starts = events.filter((event) => own(event) && event.name === 'AnimationFrame::Render' && event.ph === 'b').sort(byTime);
  const tasks = events.filter((event) => own(event) && event.name === 'RunTask' && event.dur).sort(byTime);
  const work = new Array(Math.max(0, starts.length - 1)).fill(0);
  let frame = 0;
  for (const task of tasks) {
    // A task belongs to the frame in which it ends: that of a frame begins just before its mark.
    while (frame + 1 < starts.length && task.ts + task.dur >= starts[frame + 1].ts) frame += 1;
    const inside = starts.length > 0 && task.ts + task.dur >= starts[0].ts;
    if (inside && frame < work.length) work[frame] += task.dur / 1000;
  }
  return work;
}
