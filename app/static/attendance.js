/* Attendance on a phone, also without network. Every tap is kept on the phone at once; "save" sends
   what was tapped, again and again until it arrives. Without this script the page is a plain form.

   What is kept carries the numbers of places, never names, under a key of the account that tapped. */
"use strict";

(() => {
  const box = document.querySelector("[data-kept-marks]");
  const form = document.getElementById("marks");
  const { account, send: address } = box.dataset;
  const PREFIX = "marks:";
  const NAME = `${PREFIX}${account}:${address}`;
  const LISTS = "class-lists";
  const TWO_DAYS = 2 * 24 * 60 * 60 * 1000;
  const AGAIN = 15000;
  const all = (selector) => [...document.querySelectorAll(selector)];
  let sending = false;

  /* What is kept */

  const read = (name) => {
    try {
      const kept = JSON.parse(localStorage[name]);
      if (Date.now() - kept.since < TWO_DAYS) return kept;
    } catch { /* not ours, or broken */ }
    localStorage.removeItem(name);
    return null;
  };

  const version = () => Number(form.elements.version.value) || 0;

  const keep = (change) => {
    const kept = read(NAME) || { since: Date.now(), version: version(), marks: {}, headcount: null };
    change(kept);
    kept.key = crypto.randomUUID();
    localStorage[NAME] = JSON.stringify(kept);
  };

  const works = () => {
    try {
      localStorage["marks-test"] = "1";
      localStorage.removeItem("marks-test");
      return Boolean(crypto.randomUUID);
    } catch {
      return false;
    }
  };

  /* The page */

  const say = (what, told) => {
    box.hidden = !what;
    box.replaceChildren();
    if (!what) return;
    const line = document.createElement("p");
    line.textContent = told || box.dataset[what];
    if (what === "signIn") {
      const link = document.createElement("a");
      link.href = box.dataset.signInAt;
      link.textContent = line.textContent;
      line.replaceChildren(link);
    }
    box.append(line);
  };

  const sum = () => {
    const output = document.querySelector("[data-sum]");
    const rows = all("[data-mark]");
    const marked = rows.map((row) => row.querySelector(":checked")?.value);
    const here = marked.filter((mark) => mark === "present" || mark === "late").length;
    const open = marked.filter((mark) => !mark).length;
    output.hidden = !rows.length;
    output.textContent = output.dataset.words
      .replace("{here}", here).replace("{away}", rows.length - here - open).replace("{open}", open);
  };

  const show = (kept) => {
    Object.entries(kept.marks).forEach(([place, [status]]) => {
      const choice = document.getElementById(`mark-${place}-${status}`);
      if (choice) choice.checked = true;
    });
    if (kept.headcount) form.elements.headcount.value = kept.headcount[0];
  };

  const changed = () => {
    say(read(NAME)?.saved ? "waiting" : "open");
    sum();
  };

  const mark = (kept, input) => {
    kept.marks[input.name.slice("mark-".length)] = [input.value, Date.now()];
  };

  const everyone = () => keep((kept) => {
    all("[data-mark]").forEach((row) => {
      const now = row.querySelector(":checked")?.value;
      const present = row.querySelector("[value=present]");
      if (now === "late" || now === "excused") return;
      present.checked = true;
      mark(kept, present);
    });
  });

  /* Sending */

  const json = async (answer) => {
    if (answer.redirected || answer.status === 403 || answer.status === 404) return { signIn: true };
    return answer.json();
  };

  const deliver = async (kept) => {
    const door = await json(await fetch(address, { headers: { Accept: "application/json" } }));
    if (door.signIn || door.account !== account) return say("signIn");
    const marks = Object.entries(kept.marks).map(([place, [status, at]]) => [Number(place), status, at]);
    const body = { key: kept.key, now: Date.now(), version: kept.version, marks, headcount: kept.headcount };
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": door.token },
      body: JSON.stringify(body),
    });
    if (answer.status >= 500) throw new Error("later");
    const told = await json(answer);
    if (!answer.ok) {
      keep((again) => { again.saved = false; });
      return say("open", told.told);
    }
    if (read(NAME)?.key === kept.key) localStorage.removeItem(NAME);
    return location.reload();
  };

  const send = async () => {
    const kept = read(NAME);
    if (!kept?.saved || sending) return;
    sending = true;
    say("sending");
    try {
      await deliver(kept);
    } catch {
      say("waiting");
    }
    sending = false;
  };

  /* Lists for when there is no network: kept by the worker, by whoever is signed in now alone */

  const forgetOthers = async () => {
    if (localStorage["marks-of"] === account) return;
    localStorage["marks-of"] = account;
    if (self.caches) await caches.delete(LISTS);
  };

  const work = async () => {
    await forgetOthers();
    if (!navigator.serviceWorker) return;
    const was = navigator.serviceWorker.controller;
    await navigator.serviceWorker.register(box.dataset.worker);
    if (was) return;
    navigator.serviceWorker.addEventListener("controllerchange", () => fetch(location.href), { once: true });
  };

  if (!works()) return;
  Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).forEach(read);
  const before = read(NAME);
  if (before) {
    show(before);
    changed();
  }
  sum();
  form.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type === "radio") keep((kept) => mark(kept, input));
    else if (input.name === "headcount" && /^\d{1,4}$/.test(input.value.trim())) {
      keep((kept) => { kept.headcount = [Number(input.value), Date.now()]; });
    }
    changed();
  });
  form.addEventListener("submit", (event) => {
    if (!/^\s*\d{1,4}\s*$/.test(form.elements.headcount.value)) return; // the server says what is wrong
    event.preventDefault();
    keep((kept) => { kept.saved = true; });
    send();
  });
  document.querySelector("[data-everyone]")?.addEventListener("click", (event) => {
    event.preventDefault();
    everyone();
    changed();
  });
  addEventListener("online", send);
  document.addEventListener("visibilitychange", send);
  setInterval(send, AGAIN);
  send();
  work().catch(() => { /* private windows have no worker: the page then needs the network */ });
})();
