// Sheets in the room without a network. Names and checklists are kept encrypted under a word of
// the trainer's own, and leave by themselves after some days and at signing out. Marks name nobody
// (random ids only); each is an event that is never changed, kept until the server says that it
// has it. Sending twice, in parts or in another order comes to the same (lms/domain/signoffs.py).

const root = document.querySelector('#sheets');
const word = (name) => root.querySelector(`[data-word="${name}"]`).content.textContent.trim();
const say = (name, ...numbers) => numbers.reduce((text, number) => text.replace('#', number), word(name));
const CACHE = 'sheets';
const ROUNDS = 310000;

// --- what the phone keeps ------------------------------------------------------------------------

// Two databases: signing out deletes the one with names as a whole.
function database(name, store, keyPath) {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(store, keyPath ? { keyPath } : undefined);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function inStore(name, store, keyPath, mode, deed) {
  const opened = await database(name, store, keyPath);
  try {
    return await new Promise((done, failed) => {
      const work = opened.transaction(store, mode);
      const asked = deed(work.objectStore(store));
      work.oncomplete = () => done(asked?.result);
      work.onerror = work.onabort = () => failed(work.error);
    });
  } finally {
    opened.close();
  }
}

const names = (mode, deed) => inStore('sheets-names', 'bundle', null, mode, deed);
const marks = (mode, deed) => inStore('sheets-marks', 'events', 'id', mode, deed);
const allEvents = () => marks('readonly', (store) => store.getAll());

async function keyOf(secret, salt) {
  const raw = await crypto.subtle.importKey('raw', new TextEncoder().encode(secret), 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, raw, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

async function lock(bundle, secret) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(bundle));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await keyOf(secret, salt), plain);
  await names('readwrite', (store) => store.put({ salt, iv, sealed, until: bundle.until, who: bundle.who }, 'bundle'));
}

async function unlock(kept, secret) {
  const key = await keyOf(secret, kept.salt);
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: kept.iv }, key, kept.sealed);
  return JSON.parse(new TextDecoder().decode(plain));
}

// --- events --------------------------------------------------------------------------------------

let bundle = null;
let events = [];
const device = (localStorage.getItem('sheets:copy') ?? crypto.randomUUID());
try { localStorage.setItem('sheets:copy', device); } catch { /* a new copy at each visit is one more copy, no harm */ }

async function add(kind, sheet, checklist, person, given) {
  const event = {
    id: crypto.randomUUID(), sheet, kind, assessor: bundle.who, trainee: person, checklist, device,
    counter: Math.max(0, ...events.map((one) => one.counter)) + 1,
    at: new Date().toISOString(), marks: given, cohort: bundle.cohort, release: bundle.release, state: 'waiting',
  };
  await marks('readwrite', (store) => store.add(event));
  events.push(event);
  tell();
  return event;
}

const waiting = () => events.filter((one) => one.state === 'waiting' && one.assessor === root.dataset.me);

let sending = false;
let askedMeanwhile = false;
async function send() {
  if (sending) {
    askedMeanwhile = true; // what is under way may be about to fail
    return;
  }
  sending = true;
  try {
    while (waiting().length) {
      const parcel = waiting().slice(0, 200);
      const shell = await fetch('/sheets/', { cache: 'no-store' });
      if (!shell.ok || shell.redirected) {
        tell('sign-in');
        return;
      }
      const fresh = new DOMParser().parseFromString(await shell.text(), 'text/html');
      const body = new URLSearchParams({
        csrf_token: fresh.querySelector('#tools [name=csrf_token]').value,
        events: JSON.stringify(parcel.map(({ state, ...event }) => event)),
      });
      const answer = await fetch('/sheets/events', { method: 'POST', body });
      const { said } = await answer.json();
      let moved = 0;
      for (const event of parcel) {
        const became = said[event.id];
        if (!became) continue;
        event.state = became === 'kept' || became === 'known' ? 'sent' : `refused ${became}`;
        await marks('readwrite', (store) => store.put(event));
        moved += 1;
      }
      if (!moved) {
        tell('trouble');
        return;
      }
    }
    tell();
  } catch {
    tell();
  } finally {
    sending = false;
    if (askedMeanwhile) {
      askedMeanwhile = false;
      send();
    }
  }
}

// --- what is seen --------------------------------------------------------------------------------

const line = root.querySelector('[role=status]');
const place = root.querySelector('[data-place]');

function tell(trouble) {
  const left = waiting().length;
  const refused = events.filter((one) => one.state.startsWith('refused')).length;
  try { localStorage.setItem('sheets:unsent', left); } catch { /* then signing out does not warn */ }
  line.dataset.state = left ? 'device' : 'server';
  line.textContent = [
    left ? say('unsent', left) : word('all-sent'),
    refused ? say('refused', refused) : '',
    trouble ? word(trouble) : '',
  ].filter(Boolean).join(' ');
  root.querySelector('[data-send]').hidden = !left;
}

function make(tag, about = {}, ...inside) {
  const made = Object.assign(document.createElement(tag), about);
  made.append(...inside.filter((one) => one !== null));
  return made;
}

function ask(label, button, hint, deed) {
  const input = make('input', { type: 'password', id: 'f-word', autocomplete: 'off', minLength: 6, required: true });
  const wrong = make('p', { className: 'error' });
  wrong.setAttribute('role', 'alert');
  const form = make('form', {}, make('div', { className: 'field short' },
    make('label', { htmlFor: 'f-word', textContent: label }), make('p', { className: 'hint', textContent: hint }), wrong, input),
  make('button', { textContent: button }));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    wrong.textContent = await deed(input.value) ?? '';
  });
  place.replaceChildren(form);
}

async function prepare(secret, cohort) {
  if (secret.length < 6) return word('short');
  let answer;
  try {
    answer = await fetch(`/sheets/${cohort}`, { cache: 'no-store' });
  } catch {
    return word('no-network');
  }
  if (!answer.ok || answer.redirected) return word('sign-in');
  bundle = await answer.json();
  await lock(bundle, secret);
  const shelf = await caches.open(CACHE);
  const parts = [...document.querySelectorAll('link[rel=stylesheet], script[src]')].map((one) => one.href ?? one.src);
  await shelf.addAll(['/sheets/', ...parts.map((one) => new URL(one || location.href).pathname)]);
  await Promise.all(events.filter((one) => one.state === 'sent').map((one) => marks('readwrite', (store) => store.delete(one.id))));
  events = await allEvents();
  history.replaceState(null, '', '/sheets/');
  list();
  return null;
}

const eventsOf = (checklist, person) => events.filter((one) => one.checklist === checklist && one.trainee === person);

function howFar(checklist, person) {
  const mine = eventsOf(checklist.slug, person.id);
  const signed = mine.filter((one) => one.kind === 'sign');
  if (signed.length) return word(signed.at(-1).state === 'sent' ? 'signed-sent' : 'signed-here');
  const marked = new Set(mine.filter((one) => one.kind === 'mark').flatMap((one) => Object.keys(one.marks)));
  return marked.size ? say('marked', marked.size, checklist.lines.length) : word('not-begun');
}

function list() {
  const parts = [make('h2', { textContent: bundle.title })];
  for (const checklist of bundle.checklists) {
    if (checklist.bars?.length) {
      const why = make('p', { className: 'notice attention', textContent: checklist.bars.join(' ') });
      parts.push(make('details', {}, make('summary', { textContent: checklist.title }), why));
      continue;
    }
    const rows = bundle.people.map((person) => {
      const open = make('button', { className: 'link', type: 'button', textContent: person.label });
      open.addEventListener('click', () => sheet(checklist, person));
      return make('li', { className: 'row' }, open, make('span', { className: 'small soft', textContent: howFar(checklist, person) }));
    });
    parts.push(make('details', {}, make('summary', { textContent: checklist.title }), make('ul', { className: 'plain' }, ...rows)));
  }
  if (parts.length === 2) parts[1].open = true;
  place.replaceChildren(...parts);
}

function sheet(checklist, person) {
  const mine = eventsOf(checklist.slug, person.id);
  const last = mine.findLast((one) => one.kind === 'mark' || one.kind === 'sign');
  const signed = mine.some((one) => one.kind === 'sign' && one.sheet === last?.sheet);
  const id = last && !signed ? last.sheet : crypto.randomUUID();
  const given = {};
  for (const one of mine) if (one.sheet === id && one.kind === 'mark') Object.assign(given, one.marks);
  const back = make('button', { type: 'button', className: 'second', textContent: word('back') });
  back.addEventListener('click', list);
  const wrong = make('p', { className: 'error' });
  wrong.setAttribute('role', 'alert');
  const form = make('form', { className: 'sheet' }, ...checklist.lines.map((item) => field(item, given, checklist, person, id)), wrong,
    make('div', { className: 'buttons' }, make('button', { textContent: word('sign') }), back));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const missing = checklist.lines.filter((item) => !(item.id in given));
    if (missing.length) {
      wrong.textContent = say('missing', missing.length);
      form.querySelector(`[name="${missing[0].id}"]`).focus();
      return;
    }
    await add('sign', id, checklist.slug, person.id, { ...given });
    list();
    send();
  });
  const heading = make('h2', { textContent: `${person.label}: ${checklist.title}`, tabIndex: -1 });
  place.replaceChildren(heading, ...(signed ? [make('p', { className: 'notice attention', textContent: word('again') })] : []), form);
  heading.focus();
}

function field(item, given, checklist, person, id) {
  const choices = item.choices.map(([mark, words]) => {
    const input = make('input', { type: 'radio', name: item.id, value: mark, checked: given[item.id] === mark });
    input.addEventListener('change', async () => {
      given[item.id] = mark;
      await add('mark', id, checklist.slug, person.id, { [item.id]: mark });
    });
    return make('label', { className: 'choice' }, input, make('span', { textContent: words }));
  });
  const legend = make('legend', { textContent: item.words + (item.knockOut ? ` (${word('knock-out')})` : '') });
  return make('fieldset', {}, legend, item.shown ? make('p', { className: 'hint', textContent: item.shown }) : null, ...choices);
}

// --- begin ---------------------------------------------------------------------------------------

async function begin() {
  events = await allEvents();
  tell();
  root.querySelector('[data-send]').addEventListener('click', send);
  addEventListener('online', send);
  send();
  await navigator.serviceWorker?.register('/sheets/worker.js', { scope: '/sheets/' });
  let kept = await names('readonly', (store) => store.get('bundle'));
  if (kept && (new Date(kept.until) < new Date() || kept.who !== root.dataset.me)) {
    await names('readwrite', (store) => store.delete('bundle'));
    kept = null;
  }
  const cohort = /^#([0-9a-f-]{36})$/.exec(location.hash)?.[1];
  if (cohort) ask(word('choose'), word('prepare'), word('choose-hint'), (secret) => prepare(secret, cohort));
  else if (kept) {
    ask(word('type'), word('open'), word('type-hint'), async (secret) => {
      try {
        bundle = await unlock(kept, secret);
      } catch {
        return word('wrong');
      }
      list();
      return null;
    });
  } else place.replaceChildren(make('p', { textContent: word('nothing') }));
  root.hidden = false;
}

if (globalThis.indexedDB && globalThis.crypto?.subtle && navigator.serviceWorker) begin();
