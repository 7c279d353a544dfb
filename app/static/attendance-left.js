/* Tells on the page of the day which attendance still waits on this phone; opening it sends it. */
"use strict";

(() => {
  const box = document.querySelector("[data-left-marks]");
  const PREFIX = `marks:${box.dataset.account}:`;
  const TWO_DAYS = 2 * 24 * 60 * 60 * 1000;

  const isFresh = (name) => {
    try {
      return Date.now() - JSON.parse(localStorage[name]).since < TWO_DAYS;
    } catch {
      return false;
    }
  };

  const kept = Object.keys(localStorage).filter((name) => name.startsWith("marks:"));
  kept.filter((name) => !isFresh(name)).forEach((name) => localStorage.removeItem(name));
  kept.filter((name) => name.startsWith(PREFIX) && isFresh(name)).forEach((name) => {
    const line = document.createElement("p");
    const link = document.createElement("a");
    link.href = name.slice(PREFIX.length).replace(/marks$/, "attendance");
    link.textContent = box.dataset.leftMarks;
    line.append(link);
    box.append(line);
    box.hidden = false;
  });
})();
