// What is wrong with a page for anybody who looks at it, in whatever font: found in the page itself.

/**
 * Complaints about the layout of a page, in words: controls off the screen, cut or lying over each other, text that is cut without
 * a sign or smaller than can be read, a page that scrolls sideways.
 */
export const complaints = (page) => page.evaluate(() => {
  const found = [];
  const SMALLEST = 10.5;
  const { innerWidth, innerHeight } = window;
  const name = (one) => {
    const text = (one.getAttribute('aria-label') ?? one.textContent).trim().replaceAll(/\s+/g, ' ').slice(0, 40);
    return `${one.localName}${one.className && typeof one.className === 'string' ? `.${one.className.split(' ')[0]}` : ''} "${text}"`;
  };
  // A tooltip, menu, dialog or skip link lies over what is below on purpose; what is unseen is for reading aloud.
  const above = (one) => one.closest('.unseen, .skip, dialog, [role=menu], .toasts, [role=tooltip], [role=listbox], .search-list, .wf-rows, .wf-tip');
  const seen = (one) => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !above(one);
  };
  const all = [...document.querySelectorAll('body *')].filter(seen);
  for (const root of [document.documentElement, document.body]) {
    if (root.scrollWidth > innerWidth) found.push(`the page is ${root.scrollWidth} wide`);
    if (root.scrollHeight > innerHeight) found.push(`the page is ${root.scrollHeight} high`);
  }

  // The part of an element that its ancestors let through, and whether one of them scrolls: then it may be cut or out of sight.
  const visible = (one) => {
    const box = one.getBoundingClientRect();
    let [left, top, right, bottom] = [box.left, box.top, box.right, box.bottom];
    let scrolls = false;
    for (let parent = one.parentElement; parent; parent = parent.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(parent);
      const overflows = parent.scrollWidth > parent.clientWidth || parent.scrollHeight > parent.clientHeight;
      scrolls ||= /auto|scroll/.test(overflowX + overflowY) && overflows;
      if (overflowX === 'visible' && overflowY === 'visible') continue;
      const frame = parent.getBoundingClientRect();
      left = Math.max(left, frame.left);
      right = Math.min(right, frame.right);
      top = Math.max(top, frame.top);
      bottom = Math.min(bottom, frame.bottom);
    }
    return {
      left: Math.max(left, 0), top: Math.max(top, 0), right: Math.min(right, innerWidth), bottom: Math.min(bottom, innerHeight), scrolls,
    };
  };
  const controls = all.filter((one) => one.matches('button, input, select, a[href], [role=tab], [role=slider]'));
  for (const one of controls) {
    const box = one.getBoundingClientRect();
    const part = visible(one);
    if (!part.scrolls && (part.right - part.left < box.width - 1 || part.bottom - part.top < box.height - 1)) {
      found.push(`${name(one)} is cut: ${Math.round(part.right - part.left)}x${Math.round(part.bottom - part.top)} of ${
        Math.round(box.width)}x${Math.round(box.height)}`);
    }
  }

  // Text: leaves with words of their own.
  const leaves = all.filter((one) => (
    [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()) && !one.matches('option, title')));
  for (const one of leaves) {
    const style = getComputedStyle(one);
    if (Number.parseFloat(style.fontSize) < SMALLEST) found.push(`${name(one)} is ${style.fontSize} high`);
    const cuts = style.overflowX === 'hidden' || style.overflowX === 'clip';
    if (cuts && one.scrollWidth > one.clientWidth + 1 && style.textOverflow !== 'ellipsis') found.push(`${name(one)} is cut without a sign`);
    if (cuts && one.clientWidth < 12) found.push(`${name(one)} has no room`);
  }

  // What lies over each other: controls and words that are not in one another.
  const pieces = [...new Set([...controls, ...leaves])].map((one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    const box = one.matches('button, input, select, [role=slider]') ? one.getBoundingClientRect() : range.getBoundingClientRect();
    const part = visible(one);
    // The hands of a slider reach over its edge.
    const reach = one.matches('[role=slider]') ? 4 : 0;
    return {
      one, left: Math.max(box.left + reach, part.left), top: Math.max(box.top, part.top), right: Math.min(box.right - reach, part.right),
      bottom: Math.min(box.bottom, part.bottom),
    };
  }).filter((piece) => piece.right - piece.left > 2 && piece.bottom - piece.top > 2);
  // Heads and totals of a table that scrolls stay in front of its other cells.
  const stuck = (one) => {
    const cell = one.closest('th, td');
    return cell && getComputedStyle(cell).position === 'sticky' ? cell.closest('table') : null;
  };
  for (const [at, first] of pieces.entries()) {
    for (const second of pieces.slice(at + 1)) {
      if (first.one.contains(second.one) || second.one.contains(first.one)) continue;
      if (stuck(first.one)?.contains(second.one) || stuck(second.one)?.contains(first.one)) continue;
      const wide = Math.min(first.right, second.right) - Math.max(first.left, second.left);
      const high = Math.min(first.bottom, second.bottom) - Math.max(first.top, second.top);
      if (wide > 2 && high > 2) found.push(`${name(first.one)} lies over ${name(second.one)} by ${Math.round(wide)}x${Math.round(high)}`);
    }
  }
  return [...new Set(found)];
});
