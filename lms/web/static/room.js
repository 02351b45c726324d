// A page that follows a session. Where an event stream works it is told; where it does not, it asks
// every few seconds; where no script runs, somebody follows the link. The page itself is always the
// server's: this only fetches it again when its mark has changed.

const EVERY = 2500;
// A stream says its mark every two seconds. One that is silent for longer is a dead line, which a
// browser may not notice for minutes.
const SILENT = 3500;
let room = document.getElementById('room');
let mark = room?.dataset.mark;
let wanted = mark;
let busy = false;
let heard = 0;
// How long the mark and the page may take at least, in milliseconds, and how long they may take now:
// three times as long as the last one took, and more when that was not enough.
const least = { mark: 2000, page: 3000 };
const patience = { mark: 3000, page: 4000 };
const asPage = { headers: { Accept: 'text/html' } };
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// An answer with its text. A line that swallows everything must not hold up the next try for ever.
async function within(milliseconds, address, options) {
  const given = new AbortController();
  const timer = setTimeout(() => given.abort(), milliseconds);
  try {
    const answer = await fetch(address, { ...options, signal: given.signal });
    return [answer, await answer.text()];
  } finally {
    clearTimeout(timer);
  }
}

async function patiently(what, address, options) {
  const began = Date.now();
  try {
    const found = await within(patience[what], address, options);
    patience[what] = Math.max(least[what], 3 * (Date.now() - began));
    return found;
  } catch (away) {
    if (away.name === 'AbortError') patience[what] = Math.min(2 * patience[what], 32000);
    throw away;
  }
}

// Where the page lives: what was refused stands at the address it was sent to.
function here() {
  return room.dataset.page;
}

// What was chosen or typed and not sent yet, put back into the new page.
function unsent() {
  const kept = [];
  for (const field of room.querySelectorAll('input, textarea')) {
    const form = field.form?.id || field.form?.getAttribute('action');
    if (field.type === 'radio' && field.checked) kept.push([form, field.name, field.value, true]);
    else if (['text', 'textarea'].includes(field.type) && field.value !== field.defaultValue) {
      kept.push([form, field.name, field.value, false]);
    }
  }
  return kept;
}

function putBack(kept) {
  for (const [form, name, value, chosen] of kept) {
    for (const field of room.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if ((field.form?.id || field.form?.getAttribute('action')) !== form) continue;
      if (chosen) field.checked = field.value === value || field.checked;
      else field.value = value;
    }
  }
}

// What was said above the room: it belongs to the page with which it came, and to no later one.
const SAID = 'main > .notice[role=status]';

function show(answer, text) {
  const page = new DOMParser().parseFromString(text, 'text/html');
  const next = page.getElementById('room');
  if (!next) {
    location.assign(answer.url);
    return;
  }
  const kept = unsent();
  room.replaceWith(next);
  room = next;
  for (const old of document.querySelectorAll(SAID)) old.remove();
  room.before(...page.querySelectorAll(SAID));
  putBack(kept);
  mark = room.dataset.mark;
}

// Fetch the page until it is the one that was spoken of: a stream says it once and not again.
async function look(found) {
  wanted = found;
  if (busy || !room) return;
  busy = true;
  while (wanted !== mark) {
    const spoken = wanted;
    try {
      const [answer, text] = await patiently('page', here(), asPage);
      if (!answer.ok) throw new Error(answer.status);
      show(answer, text);
      if (wanted === spoken) break;
    } catch {
      await pause(700);
    }
  }
  busy = false;
}

async function ask() {
  try {
    const [answer, text] = await patiently('mark', room.dataset.now);
    if (answer.ok) look(text.trim());
    return answer.ok;
  } catch {
    return false;
  }
}

async function askAgainAndAgain() {
  for (;;) {
    const left = heard + SILENT - Date.now();
    if (left > 0) await pause(left);
    else await pause((await ask()) ? EVERY : 700);
  }
}

function listen() {
  const stream = new EventSource(room.dataset.stream);
  stream.onmessage = (event) => {
    heard = Date.now();
    look(event.data);
  };
}

// A vote on a bad line: tried again with the same key until it is in, so that it counts once.
// Whoever answers anew meanwhile means the new answer, and the old one is not sent after it.
const latest = new Map();
document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!form.matches('form.answer')) return;
  event.preventDefault();
  const data = new URLSearchParams(new FormData(form));
  const button = form.querySelector('button');
  button.disabled = true;
  latest.set(form.id, data);
  for (let tries = 0; latest.get(form.id) === data; tries += 1) {
    try {
      const action = form.getAttribute('action');
      const [answer, text] = await within(8000 + 4000 * tries, action, { method: 'POST', body: data });
      if (answer.status < 500) {
        // The answer is the page: whoever sent has followed it there.
        if (answer.ok) show(answer, text);
        else location.assign(here());
        return;
      }
    } catch {
      // Not there: wait and send the same again.
    }
    if (tries > 7 && form.isConnected) {
      button.disabled = false;
      form.submit();
      return;
    }
    await pause(500 * 2 ** Math.min(tries, 4));
  }
});

if (room) {
  if (room.dataset.stream && 'EventSource' in window) listen();
  askAgainAndAgain();
  // A phone that lay in a pocket looks at once.
  document.addEventListener('visibilitychange', () => document.hidden || ask());
}
