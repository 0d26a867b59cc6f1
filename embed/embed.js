// <pitr-lab>: the lab in a page of documentation. A frame with what is around it: it comes when somebody is near, goes when nobody is, dresses
// as its host does, and speaks with the lab (docs/guide/src/messages.md). Its types are in embed.d.ts, all of it is told in docs/guide.
//
// Whatever is wrong is said in place; the page around goes on.

const HOME = new URL("../", import.meta.url);
const VERSION = 1;
// How tall a view is unless the page says so, in pixels: reserved before anything of it is loaded.
const VIEWS = { lab: 860, timeline: 620, tables: 860, recover: 860, machine: 860, lesson: 860, question: 620 };
// How long somebody who asks waits for a lab that does not come.
const LATE_MS = 60000;
const THEMES = ["auto", "light", "dark", "contrast"];
const EVENTS = ["ready", "step", "recovered", "answered", "error"];
const NAME = /^[\w-]+(\/[\w-]+)?$/;
const LINK = /(?:^|[#/?=&])(\d+\.[\w-]+)$/;
const RULES = {
  view: [(text) => Object.hasOwn(VIEWS, text), `is one of ${Object.keys(VIEWS).join(", ")}`],
  theme: [(text) => THEMES.includes(text), `is one of ${THEMES.join(", ")}`],
  height: [(text) => text === "auto" || (/^\d+$/.test(text) && text >= 120 && text <= 4000), "is a number of pixels from 120 to 4000, or auto"],
  src: [(text) => LINK.test(text), "is an address that the lab has made, or what stands behind its #"],
  scenario: [(text) => NAME.test(text), "is the name of a scenario"],
  lesson: [(text) => NAME.test(text), "is the name of a lesson"],
  question: [(text) => NAME.test(text), "is the name of a question"],
  seed: [(text) => /^\d{1,20}$/.test(text), "is a whole number"],
  lang: [(text) => /^[\w-]+$/.test(text), "is the code of a language"],
  target: [(text) => text.length < 200, "is a recovery target"],
  at: [(text) => text.length < 200, "is a place in the run"],
  lab: [(text) => URL.canParse(text, document.baseURI), "is the address of the lab's folder"],
};
const PASSED = ["view", "lesson", "question", "seed", "lang", "scenario", "target", "at"];

const sheet = new CSSStyleSheet();
sheet.replaceSync(
  ":host{display:block;margin-block:1em}:host([hidden]){display:none}" +
  ".box{position:relative;overflow:hidden;border:1px solid #8884;border-radius:10px;box-sizing:border-box}" +
  "iframe{position:absolute;inset:0;width:100%;height:100%;border:0;opacity:0}.on iframe{opacity:1}.on .still{visibility:hidden}" +
  ".still{height:100%;overflow:hidden;box-sizing:border-box;padding:4px 20px}figure{all:initial;color:inherit;font:15px/1.5 system-ui,sans-serif;padding:0;display:grid;gap:12px;justify-items:center;align-content:center;min-height:100%;box-sizing:border-box}img{max-width:min(100%,560px);height:auto}" +
  ".wrong{all:initial;display:block;font:15px/1.5 system-ui,sans-serif;margin-block-end:8px;padding:8px 12px;border:1px solid #b8241a;border-radius:8px;background:#fdeeec;color:#171a21}.wrong:empty{display:none}"
);

// How the host is dressed: MkDocs Material, Docusaurus, Sphinx Furo, mdBook; else as the system wants it.
const dark = matchMedia("(prefers-color-scheme: dark)");

function hostTheme() {
  for (const { dataset, classList } of [document.body, document.documentElement]) {
    const named = [dataset.mdColorScheme ?? dataset.theme, ...classList];
    if (named.some((name) => ["slate", "dark", "coal", "navy", "ayu"].includes(name))) return "dark";
    if (named.some((name) => ["default", "light", "rust"].includes(name))) return "light";
  }
  return dark.matches ? "dark" : "light";
}

// All elements look at the host together, as long as there are any.
const all = new Set();
const dress = () => all.forEach((each) => each.dress());
const clothes = new MutationObserver(dress);
const watch = (margin, tell) => new IntersectionObserver((seen) => seen.forEach(({ target, isIntersecting }) => tell(target, isIntersecting)), { rootMargin: margin });
const near = watch("50% 0px", (target, is) => is && target.wake());
const far = watch("200% 0px", (target, is) => target.leave(!is));
const hear = (event) => all.forEach((each) => each.hello(event));

function join(element) {
  if (all.size === 0) {
    for (const dressed of [document.documentElement, document.body]) clothes.observe(dressed, { attributes: true, attributeFilter: ["class", "data-theme", "data-md-color-scheme"] });
    dark.addEventListener("change", dress);
    addEventListener("message", hear);
  }
  all.add(element);
  near.observe(element);
  far.observe(element);
}

function leave(element) {
  near.unobserve(element);
  far.unobserve(element);
  all.delete(element);
  if (all.size > 0) return;
  clothes.disconnect();
  dark.removeEventListener("change", dress);
  removeEventListener("message", hear);
}

const failure = (code, message) => Object.assign(new Error(message), { code });

export class PitrLab extends HTMLElement {
  static observedAttributes = Object.keys(RULES);
  // How many frames there are.
  static alive = 0;

  #box;
  #wrong;
  #frame = null;
  #port = null;
  #ready = null;
  #link = "";
  #theme;
  #waiting = new Map();
  #asked = 0;
  // How many of those who asked wait, for the lab or for its answer.
  #hoping = 0;
  #anew = false;
  #far = false;
  #timer;
  #late;

  connectedCallback() {
    if (!this.#box) this.#build();
    this.#check();
    this.#size();
    join(this);
  }

  disconnectedCallback() {
    leave(this);
    this.leave(false);
    this.#end("removed", "the element was taken out of its page");
  }

  attributeChangedCallback(name, before, now) {
    if (before === now || !this.isConnected || !this.#box) return;
    this.#check();
    if (name === "theme") return this.dress();
    this.#size();
    if (name === "height") return;
    this.#link = "";
    if (this.#anew || !this.#frame) return;
    this.#anew = true;
    queueMicrotask(() => {
      this.#anew = false;
      this.#end("changed", "the element shows something else now");
      if (this.isConnected) this.wake();
    });
  }

  // What the lab is asked.
  load(what) {
    return this.#ask("load", typeof what !== "string" ? what : LINK.test(what) ? { src: what } : { scenario: what });
  }

  execute(statement, session) {
    return this.#ask("execute", { statement, session });
  }

  recover(target) {
    return this.#ask("recover", { target });
  }

  seek(to) {
    return this.#ask("seek", { to });
  }

  state() {
    return this.#ask("state");
  }

  digest() {
    return this.#ask("digest");
  }

  // The rest is for this module alone.

  #build() {
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    const make = (name, into, set) => into.appendChild(Object.assign(document.createElement(name), set));
    this.#wrong = make("p", root, { className: "wrong", role: "alert" });
    this.#box = make("div", root, { className: "box" });
    // The page's own words, or our picture, until the lab is there.
    const still = make("slot", make("div", this.#box, { className: "still" }));
    const figure = make("figure", still);
    make("img", figure, { src: new URL("still.svg", import.meta.url), alt: "", width: 560, height: 300 });
    make("figcaption", figure, { textContent: "PITR Lab: a database's log, its snapshots and its archive, to recover from." });
  }

  #value(name) {
    const text = this.getAttribute(name);
    return text && RULES[name][0](text) ? text : null;
  }

  #check() {
    const wrong = PitrLab.observedAttributes.filter((name) => this.getAttribute(name) && !this.#value(name));
    const said = wrong.map((name) => `${name}="${this.getAttribute(name).slice(0, 80)}": ${name} ${RULES[name][1]}. It is passed over.`).join(" ");
    const before = this.#wrong.textContent;
    this.#wrong.textContent = said;
    if (said && said !== before) this.#tell("error", { code: "attribute", message: said });
  }

  #size(reported) {
    const height = this.#value("height");
    const view = VIEWS[this.#value("view") ?? "lab"];
    this.#box.style.height = `${height > 0 ? height : height && reported ? Math.min(Math.max(reported, 120), 4000) : view}px`;
  }

  #home() {
    const lab = this.#value("lab");
    return lab ? new URL(lab.replace(/\/?$/, "/"), document.baseURI) : HOME;
  }

  wake() {
    if (this.#frame || !this.isConnected) return;
    const url = new URL("index.html", this.#home());
    const ask = url.searchParams;
    for (const name of this.#link ? PASSED.slice(0, 5) : PASSED) {
      const text = this.#value(name);
      if (text) ask.set(name, text);
    }
    this.#theme = this.#wanted();
    ask.set("theme", this.#theme);
    ask.set("embedded", VERSION);
    ask.set("origin", location.origin);
    const src = this.#value("src");
    url.hash = this.#link || (src ? LINK.exec(src)[1] : "");
    this.#hope();
    this.#late = setInterval(() => this.#miss(), LATE_MS);
    this.#frame = Object.assign(document.createElement("iframe"), { src: url.href, title: this.title || "PITR Lab" });
    this.#frame.onload = () => this.#show();
    this.#box.append(this.#frame);
    PitrLab.alive += 1;
  }

  #show() {
    this.#box.classList.add("on");
  }

  #hope() {
    let set;
    this.#ready = new Promise((resolve, reject) => (set = { resolve, reject }));
    this.#ready.catch(() => {});
    Object.assign(this.#ready, set);
  }

  // It may come yet, but nobody waits for ever.
  #miss() {
    const message = `The lab has not come from ${this.#home()}.`;
    this.#ready.reject(failure("absent", message));
    this.#hope();
    if (this.#wrong.textContent === message) return;
    this.#wrong.textContent = message;
    this.#tell("error", { code: "absent", message });
  }

  // Nobody has been near for a moment: the lab goes, its place is kept.
  leave(is) {
    this.#far = is;
    clearTimeout(this.#timer);
    if (is) this.#timer = setTimeout(() => this.#hoping === 0 && this.#end("asleep", "the lab rests"), 1500);
  }

  #end(code, message) {
    if (!this.#frame) return;
    clearInterval(this.#late);
    this.#part(code, message);
    this.#ready.reject(failure(code, message));
    this.#ready = null;
    this.#box.classList.remove("on");
    this.#frame.onload = null;
    this.#frame.remove();
    this.#frame = null;
    PitrLab.alive -= 1;
  }

  #part(code, message) {
    this.#port?.close();
    this.#port = null;
    this.#waiting.forEach(({ reject }) => reject(failure(code, message)));
    this.#waiting.clear();
  }

  hello({ source, origin, data }) {
    if (data?.pitr !== "hello" || !this.#frame || source !== this.#frame.contentWindow || origin !== this.#home().origin) return;
    if (!data.versions?.includes(VERSION)) return this.#tell("error", { code: "version", message: `the lab speaks versions ${data.versions}` });
    this.#part("reloaded", "the lab was loaded anew");
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => this.#take(data);
    source.postMessage({ pitr: "connect", version: VERSION }, origin, [port2]);
  }

  #take({ id, value, error, event, detail }) {
    if (event === "link") this.#link = detail.link;
    else if (event === "height") this.#size(detail.height);
    else if (EVENTS.includes(event)) {
      this.#tell(event, detail);
      if (event !== "ready") return;
      clearInterval(this.#late);
      this.#check();
      this.#show();
      this.#ready.resolve();
      this.dress();
    } else if (id) {
      const asked = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) asked?.reject(failure(error.code, error.message));
      else asked?.resolve(value);
    } else if (error) this.#tell("error", error);
  }

  async #ask(kind, fields) {
    this.wake();
    if (!this.#ready) throw failure("removed", "the element is in no page");
    this.#hoping += 1;
    try {
      await this.#ready;
      if (!this.#port) throw failure("removed", "the lab has gone");
      return await new Promise((resolve, reject) => {
        const id = ++this.#asked;
        try {
          this.#port.postMessage({ ...fields, id, kind });
        } catch {
          throw failure("malformed", `${kind} wants texts`);
        }
        this.#waiting.set(id, { resolve, reject });
      });
    } finally {
      this.#hoping -= 1;
      if (this.#far) this.leave(true);
    }
  }

  #wanted() {
    const theme = this.#value("theme") ?? "auto";
    return theme === "auto" ? hostTheme() : theme;
  }

  dress() {
    const theme = this.#wanted();
    if (theme === this.#theme || !this.#port) return;
    this.#theme = theme;
    this.#port.postMessage({ id: 0, kind: "theme", theme });
  }

  #tell(event, detail) {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }
}

if (!customElements.get("pitr-lab")) customElements.define("pitr-lab", PitrLab);
