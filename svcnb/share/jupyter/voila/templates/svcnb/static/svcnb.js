// Keeps the page honest: what is saved, whether the server still hears us, who decides (asked once).
(function () {
  const base = document.currentScript.dataset.base;
  const saved = document.getElementById("saved"), lost = document.getElementById("lost");
  async function ask() {
    try {
      const answer = await fetch(base + "svcnb/alive", {cache: "no-store", signal: AbortSignal.timeout(3000)});
      if (!answer.ok) throw new Error(answer.status);
      const state = await answer.json();
      const kernel = JSON.parse(document.getElementById("jupyter-config-data").textContent).kernelId;
      lost.hidden = state.kernels.includes(kernel);
      document.body.classList.toggle("lost", !lost.hidden);
      saved.textContent = state.saved ? saved.dataset.saved + " " + state.saved : saved.dataset.none;
      saved.classList.toggle("settled", Boolean(state.saved));
    } catch (error) {
      lost.hidden = false;
      document.body.classList.add("lost");
    }
  }
  // Voila says goodbye to its kernel only once all its scripts run; a tab closed before that would leave one behind
  window.addEventListener("pagehide", function () {
    const kernel = JSON.parse(document.getElementById("jupyter-config-data").textContent).kernelId;
    const form = new FormData();
    form.append("_xsrf", (document.cookie.match(/(?:^|; )_xsrf=([^;]*)/) || ["", ""])[1]);
    navigator.sendBeacon(base + "voila/api/shutdown/" + kernel, form);
  });
  // A browser that prints folded details as folded gets them open, and the reader has them folded again afterwards
  let folded = [];
  window.addEventListener("beforeprint", function () {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach(function (details) { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    folded.forEach(function (details) { details.open = false; });
  });
  ask();
  setInterval(ask, 4000);
  document.addEventListener("change", function (event) {
    const box = event.target.closest && event.target.closest(".reader");
    if (box) document.cookie = "svcnb_reader=" + encodeURIComponent(event.target.value) + "; path=/; SameSite=Strict; max-age=31536000";
  });
  // ipywidgets names a control by a label that a screen reader does not connect: give the name to the control itself
  function name_controls() {
    document.querySelectorAll(".jupyter-widgets input, .jupyter-widgets select, .jupyter-widgets textarea, .noUi-handle").forEach(function (control) {
      if (control.getAttribute("aria-label")) return;
      const row = control.closest(".jupyter-widgets");
      const plain = function (text) { return (text || "").replace(/\u200b/g, "").trim(); };
      const labels = row ? [...row.querySelectorAll("label, .widget-label"), control.closest("label")] : [];
      const text = labels.map(function (label) { return plain(label && label.textContent); }).find(Boolean) || control.title || control.placeholder || (row && row.title) || (row && row.querySelector("label[title]") || {}).title;
      const line = control.closest(".row-line"), head = line && line.querySelector(".row-name");
      if (text) control.setAttribute("aria-label", (head ? head.textContent.trim() + ": " : "") + text);
    });
  }
  // The widgets' library gives up on one that took two seconds to arrive (ipywidgets issue 4026), which a slow machine
  // needs at times: load the page anew, at most twice in a row, and never once somebody began to write
  const attempts = "svcnb_attempts " + location.pathname;
  let written = false;
  document.addEventListener("input", function () { written = true; });
  function mend_late_widgets() {
    const late = [...document.querySelectorAll(".live .jp-OutputArea-output.jupyter-widgets")].filter(function (place) {
      return !place.firstElementChild && place.textContent.includes("model not found");
    });
    if (!late.length) return;
    const made = Number(sessionStorage.getItem(attempts) || 0);
    if (!written && made < 2) {
      sessionStorage.setItem(attempts, made + 1);
      location.reload();
    }
    late.forEach(function (place) { place.textContent = lost.dataset.late; });
  }
  setTimeout(function () { sessionStorage.removeItem(attempts); }, 60000);
  new MutationObserver(function () { name_controls(); mend_late_widgets(); }).observe(document.body, {childList: true, subtree: true});
})();
