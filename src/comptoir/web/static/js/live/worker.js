// Shared by all tabs of this desk: holds the only connection and hands every change to each tab.
import { Stream } from "./stream.js";

const KEPT_MAX = 300;
const OVERLAP_MS = 3000;
const ports = new Map();
const kept = [];
let stream = null;
let isLive = false;

function tell(message) {
  for (const port of ports.keys()) port.postMessage(message);
}

function onChange(change) {
  kept.push(change);
  if (kept.length > KEPT_MAX) kept.shift();
  tell({ change });
}

function onState(live) {
  isLive = live;
  tell({ live });
}

function join(port, { url, sinceMs }) {
  ports.set(port, Date.now());
  if (stream) stream.url = url;
  else stream = new Stream(url, sinceMs, { onChange, onState });
  port.postMessage({ live: isLive });
  for (const change of kept) {
    if (change.at && Date.parse(change.at) >= sinceMs - OVERLAP_MS) port.postMessage({ change });
  }
}

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data.join) join(port, data.join);
    if (data.leave) ports.delete(port);
  };
  port.start();
};
