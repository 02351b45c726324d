// Leave quickly: Escape three times within two seconds does what the link in the header does,
// and the way back does not lead here. What was kept on the device goes too.

function forget() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith('kept:')) localStorage.removeItem(key);
    }
    // The names of a trainer's sheets. Marks that were not sent yet name nobody and stay.
    indexedDB.deleteDatabase('sheets-names');
    globalThis.caches?.delete('sheets');
  } catch {
    // Storage is switched off: nothing was kept either.
  }
}

// Signing out empties the device. Marks that are only here are first sent, or knowingly given up.
function signOut(event) {
  let unsent = 0;
  try {
    unsent = Number(localStorage.getItem('sheets:unsent'));
  } catch {
    // Nothing was kept.
  }
  if (unsent && location.pathname !== '/sheets/') {
    event.preventDefault();
    location.assign('/sheets/');
  } else forget();
}

const link = document.querySelector('a[data-leave]');
let presses = [];

function leave(event) {
  event?.preventDefault();
  forget();
  document.documentElement.hidden = true;
  location.replace(link.href);
}

if (link) {
  link.addEventListener('click', leave);
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') {
      presses = [];
      return;
    }
    presses = [...presses.filter((moment) => event.timeStamp - moment < 2000), event.timeStamp];
    if (presses.length >= 3) leave(event);
  });
}
document.querySelector('[data-forget]')?.addEventListener('click', signOut);
