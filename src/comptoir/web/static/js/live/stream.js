// One connection to the event stream, in a worker or a page: reconnects where it left off, and
// asks the pages instead while the stream's port cannot be reached.
const BEAT_MS = 15000;
const RETRY_MS = [500, 1000, 2000, 5000, 10000];
const POLL_MS = 3000;
const SEEN_MAX = 1000; // a replay overlaps, because numbers are given before transactions end
const POLL_AFTER_FAILURES = 2;

export class Stream {
  constructor(url, sinceMs, { onChange, onState }) {
    Object.assign(this, { url, sinceMs, onChange, onState });
    this.lastId = 0;
    this.seen = new Set();
    this.failures = 0;
    this.heardAt = 0;
    this.source = null;
    this.poller = null;
    this.connect();
    this.watch = setInterval(() => this.look(), 5000);
  }

  get place() {
    return this.lastId ? `after=${this.lastId}` : `since=${this.sinceMs}`;
  }

  connect() {
    this.source?.close();
    const source = new EventSource(`${this.url}&${this.place}`);
    this.source = source;
    source.onopen = () => this.opened();
    source.onerror = () => this.failed();
    source.addEventListener("beat", () => this.heard());
    source.addEventListener("reset", () => this.take({ kind: "reset" }));
    source.addEventListener("change", (event) => this.take(JSON.parse(event.data)));
  }

  opened() {
    this.failures = 0;
    this.heard();
    clearInterval(this.poller);
    this.poller = null;
    this.onState(true);
  }

  heard() {
    this.heardAt = Date.now();
  }

  take(change) {
    this.heard();
    if (change.id && this.seen.has(change.id)) return;
    if (change.id) this.remember(change.id);
    this.onChange(change);
  }

  remember(id) {
    this.lastId = Math.max(this.lastId, id);
    this.seen.add(id);
    if (this.seen.size > SEEN_MAX) this.seen.delete(this.seen.values().next().value);
  }

  failed() {
    this.source?.close();
    this.failures += 1;
    if (!this.poller) this.onState(false);
    if (this.failures >= POLL_AFTER_FAILURES && !this.poller) {
      this.poller = setInterval(() => this.poll(), POLL_MS);
      this.poll();
    }
    const pause = RETRY_MS[Math.min(this.failures, RETRY_MS.length) - 1];
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), pause * (0.75 + Math.random() / 2));
  }

  look() {
    const isOpen = this.source?.readyState === EventSource.OPEN;
    if (isOpen && Date.now() - this.heardAt > BEAT_MS * 2.5) this.failed();
  }

  async poll() {
    try {
      const answer = await fetch(`/changes?${this.place}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const { last, changes } = await answer.json();
      for (const change of changes) this.take(change);
      this.lastId = Math.max(this.lastId, last);
      if (this.poller) this.onState(true);
    } catch {
      if (this.poller) this.onState(false);
    }
  }

  close() {
    clearInterval(this.watch);
    clearInterval(this.poller);
    clearTimeout(this.retry);
    this.source?.close();
  }
}
