// The part of the page that is loaded when it is first needed: functions and styles. A build in one piece has only styles there.
let joined = true;
let imports, exports, address, fetched, notice, styled;
/** Between two tries, in milliseconds. */
const PAUSE = 1000;

/** Called by the page's module before it is instantiated: what it imports, what it will export, where the rest is. */
export function link(given, own, where) {
  [imports, exports, address, joined] = [given, own, where, false];
  given.rest = { load };
  return given;
}

/** Loads the rest; fulfilled when it can be called, however often that has to be tried. */
export function rest() {
  styled ??= style();
  return joined ? styled : (fetched ??= Promise.all([keepTrying(), styled]));
}

/** Lets the browser load the styles that it was not told to load at first; fulfilled when they hold, or cannot be had. */
function style() {
  const links = [...document.querySelectorAll('link[data-later]')];
  return Promise.all(links.map((link) => new Promise((done) => {
    link.addEventListener('load', done);
    link.addEventListener('error', done);
    link.rel = 'stylesheet';
  })));
}

async function keepTrying() {
  while (!joined) {
    try {
      join(await compile());
    } catch {
      tell();
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  }
  notice?.remove();
}

// Plain elements: the page's own notices belong to what could not be loaded.
function tell() {
  if (notice?.isConnected) return;
  notice = document.createElement('p');
  notice.className = 'boot-error';
  notice.setAttribute('role', 'alert');
  notice.textContent = 'A part of Spanlight could not be loaded. Check the connection: it is tried again until it comes.';
  document.body.append(notice);
}

async function compile() {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} was answered with ${answer.status}`);
  return WebAssembly.compile(await answer.arrayBuffer());
}

// A function of the rest was called before the rest had come: the call cannot wait, so this does.
function load() {
  styled ??= style();
  const request = new XMLHttpRequest();
  request.open('GET', address, false);
  // Bytes are asked for as text of one byte a letter: nothing else is allowed to block.
  request.overrideMimeType('text/plain; charset=x-user-defined');
  try {
    request.send();
  } catch (error) {
    tell();
    throw error;
  }
  if (request.status !== 200) throw new Error(`${address} was answered with ${request.status}`);
  join(new WebAssembly.Module(Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0) & 255)));
}

function join(module) {
  if (joined) return;
  const start = exports();
  new WebAssembly.Instance(module, { ...imports, start });
  start.loaded.value = 1;
  joined = true;
}
