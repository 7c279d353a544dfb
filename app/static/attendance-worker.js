/* Opens the attendance page when there is no network. The server says by a header which pages may
   be kept: those whose attendance is not saved yet, and for two days at most. */
"use strict";

const LISTS = "class-lists";
const PARTS = `class-parts-${self.FILES.join()}`;
const TWO_DAYS = 2 * 24 * 60 * 60 * 1000;

const isFresh = (answer) => Date.now() - Number(answer.headers.get("X-Kept-At")) < TWO_DAYS;

const dated = async (answer) => {
  const headers = new Headers(answer.headers);
  headers.set("X-Kept-At", Date.now());
  return new Response(await answer.blob(), { headers });
};

const forgetOld = async (lists) => {
  for (const page of await lists.keys()) {
    if (!isFresh(await lists.match(page))) await lists.delete(page);
  }
};

const page = async (request, path) => {
  const lists = await caches.open(LISTS);
  await forgetOld(lists);
  try {
    const answer = await fetch(request);
    const keep = answer.ok && !answer.redirected && answer.headers.get("X-Class-List") === "keep";
    if (keep) await lists.put(path, await dated(answer.clone()));
    else if (answer.status < 500) await lists.delete(path);
    return answer;
  } catch (error) {
    const kept = await lists.match(path);
    if (kept) return kept;
    throw error;
  }
};

const part = async (request) => await caches.match(request, { cacheName: PARTS }) || fetch(request);

const install = async () => {
  const parts = await caches.open(PARTS);
  await parts.addAll(self.FILES);
  await self.skipWaiting();
};

const activate = async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("class-parts-") && name !== PARTS) await caches.delete(name);
  }
  await self.clients.claim();
};

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (/\/sessions\/\d+\/attendance$/.test(pathname)) event.respondWith(page(event.request, pathname));
  else if (self.FILES.includes(pathname)) event.respondWith(part(event.request));
});
