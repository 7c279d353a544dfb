/* Scanning the codes of places with the camera, where the browser can; what is scanned or typed is
   sent without leaving the page. Without this script the form sends one code at a time. */
"use strict";

(() => {
  const form = document.getElementById("check-in");
  const told = document.querySelector("[data-told]");
  const button = document.querySelector("[data-scan]");
  const video = document.querySelector("[data-video]");
  const EVERY = 250;
  const SAME_AGAIN = 5000;
  let last = { code: "", at: 0 };

  const say = (text, isRight) => {
    told.hidden = false;
    told.textContent = text;
    told.className = `notice notice--${isRight ? "ok" : "error"}`;
  };

  const send = async (code) => {
    const body = new FormData(form);
    body.set("code", code);
    try {
      const answer = await fetch(location.href, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) throw new Error("signed out");
      const { told: words, here } = await answer.json();
      say(words, here);
      if (here) navigator.vibrate?.(80);
    } catch {
      say(told.dataset.noNetwork, false);
    }
  };

  const look = async (detector) => {
    const [found] = await detector.detect(video).catch(() => []);
    if (!found) return;
    const isNew = found.rawValue !== last.code || Date.now() - last.at > SAME_AGAIN;
    last = { code: found.rawValue, at: Date.now() };
    if (isNew) await send(found.rawValue);
  };

  const scan = async () => {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.hidden = false;
    button.hidden = true;
    await video.play();
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const again = async () => {
      await look(detector);
      setTimeout(again, EVERY);
    };
    again();
  };

  if (self.BarcodeDetector && navigator.mediaDevices) {
    button.hidden = false;
    button.addEventListener("click", () => scan().catch(() => say(told.dataset.noCamera, false)));
  }
  form.addEventListener("submit", (event) => {
    const { value } = form.elements.code;
    if (!value.trim()) return;
    event.preventDefault();
    form.elements.code.value = "";
    send(value);
  });
})();
