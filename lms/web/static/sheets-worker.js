// Shows the page of the sheets when there is no network, and nothing else. What it shows was put
// into the cache by the page itself (sheets.js); no page with names is ever kept here.

const CACHE = 'sheets';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

async function page(request) {
  try {
    return await fetch(request);
  } catch (problem) {
    const kept = await caches.match('/sheets/', { cacheName: CACHE });
    if (kept) return kept;
    throw problem;
  }
}

async function file(request) {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);
}

self.addEventListener('fetch', (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== 'GET' || address.origin !== location.origin) return;
  if (event.request.mode === 'navigate' && address.pathname === '/sheets/') event.respondWith(page(event.request));
  else if (address.pathname.startsWith('/static/')) event.respondWith(file(event.request));
});
