// What runs inside the page. Each function is sent there as text, so it uses nothing from outside itself.

/** Times of the load, in ms since navigation. */
export async function loadPage() {
  await window.spanlight.ready;
  const ready = performance.now();
  const entry = () => performance.getEntriesByName('first-contentful-paint')[0];
  while (!entry() && performance.now() < ready + 2000) await new Promise(requestAnimationFrame);
  return { painted: entry()?.startTime ?? null, ready };
}

/** Puts an input into the page through which files of the disk come in. */
export function pickFile() {
  const input = document.createElement('input');
  input.type = 'file';
  input.id = 'bench-file';
  input.style.display = 'none';
  document.body.append(input);
}

/** One turn: drains the file, opens it, parses it; everything in ms. `parse` is null when the browser cannot do it. */
export async function ingest() {
  const [file] = document.querySelector('#bench-file').files;
  const settle = async () => {
    window.gc?.();
    // What JSON.parse left behind is swept in the background for a while.
    await new Promise((done) => setTimeout(done, 500));
    for (let frame = 0; frame < 5; frame += 1) await new Promise(requestAnimationFrame);
  };
  const timed = async (work) => {
    await settle();
    const begin = performance.now();
    await work();
    return performance.now() - begin;
  };

  const drain = await timed(async () => {
    const reader = file.stream().getReader();
    while (!(await reader.read()).done);
  });

  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries()));
  const intervals = [];
  let opening = true;
  const open = await timed(async () => {
    observer.observe({ type: 'longtask' });
    let last = performance.now();
    const frame = (now) => {
      intervals.push(now - last);
      last = now;
      if (opening) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    await window.spanlight.open([file]);
  });
  opening = false;
  const summary = await window.spanlight.summary();
  // Entries of long tasks come a little later than the tasks.
  await settle();
  tasks.push(...observer.takeRecords());
  observer.disconnect();
  intervals.sort((one, other) => one - other);
  await window.spanlight.close();

  let parsed = true;
  const parse = await timed(async () => {
    try {
      // A text above the engine's limit comes back empty and without an error, and fails here.
      const document = JSON.parse(await file.text());
      parsed = Array.isArray(document.resourceSpans);
    } catch {
      parsed = false;
    }
  });

  return {
    drain,
    open,
    parse: parsed ? parse : null,
    spans: summary.spans,
    memory: summary.memory_bytes ?? null,
    // Below 50 ms a task is not reported as long.
    longestTask: Math.max(0, ...tasks.map((task) => task.duration)),
    frame95: intervals[Math.floor(intervals.length * 0.95)] ?? null,
  };
}

/** Sets `window.firstRuns` to a promise of the time in ms from the next drop to the frame after the first run is listed. */
export function watchDrop() {
  const ROW = '[role="grid"] [role="row"][aria-rowindex], [role="treegrid"] [role="row"][aria-rowindex]';
  window.firstRuns = new Promise((resolve) => {
    addEventListener('drop', () => {
      const begin = performance.now();
      const look = () => {
        const listed = [...document.querySelectorAll(ROW)].some((row) => row.querySelector('[role="gridcell"]'));
        if (listed) requestAnimationFrame(() => resolve(performance.now() - begin));
        else requestAnimationFrame(look);
      };
      look();
    }, { capture: true, once: true });
  });
}
