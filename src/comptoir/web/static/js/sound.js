// Two short notes, made here: no file to load. Browsers stay silent until somebody has clicked.
const NOTES_HZ = [659, 880];
const NOTE_SECONDS = 0.16;
const VOLUME = 0.12;
let context = null;

export function tone() {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume().catch(() => {});
  NOTES_HZ.forEach((frequency, number) => {
    const start = context.currentTime + number * NOTE_SECONDS;
    const note = new OscillatorNode(context, { frequency, type: "sine" });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(VOLUME, start + 0.02);
    volume.gain.linearRampToValueAtTime(0, start + NOTE_SECONDS);
    note.connect(volume).connect(context.destination);
    note.start(start);
    note.stop(start + NOTE_SECONDS);
  });
}
