// Draws a signature on [data-drawn]'s canvas and keeps its lines, as whole numbers, in the form's field.

const WIDTH = 1000;
const HEIGHT = 300;
// the server refuses more; it draws anew from these numbers and keeps nothing else
const MOST_STROKES = 60;
const MOST_NUMBERS = 7900;
const APART = 4;

class Drawing {
  constructor(box, field) {
    this.canvas = box.querySelector("canvas");
    this.field = field;
    this.strokes = this.kept();
    this.pointer = null;
    box.hidden = false;
    box.open = this.strokes.length > 0;
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, (event) => this.end(event));
    box.querySelector("button").addEventListener("click", () => { this.strokes = []; this.keep(); this.paint(); });
    box.addEventListener("toggle", () => this.paint());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.paint());
    this.paint();
  }

  kept() {
    try {
      const found = JSON.parse(this.field.value || "[]");
      return Array.isArray(found) && found.every((one) => Array.isArray(one)) ? found : [];
    } catch {
      return [];
    }
  }

  keep() {
    this.field.value = this.strokes.length ? JSON.stringify(this.strokes) : "";
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
    return [
      within(((event.clientX - box.left) / box.width) * WIDTH, WIDTH),
      within(((event.clientY - box.top) / box.height) * HEIGHT, HEIGHT),
    ];
  }

  begin(event) {
    if (this.pointer !== null || event.button > 0 || this.strokes.length >= MOST_STROKES) return;
    event.preventDefault();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.strokes.push(this.point(event));
    this.paint();
  }

  go(event) {
    if (event.pointerId !== this.pointer || this.strokes.flat().length >= MOST_NUMBERS) return;
    const line = this.strokes.at(-1);
    const [x, y] = this.point(event);
    if (Math.hypot(x - line.at(-2), y - line.at(-1)) < APART) return;
    line.push(x, y);
    this.paint();
  }

  end(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.keep();
  }

  paint() {
    const pen = this.canvas.getContext("2d");
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    pen.strokeStyle = getComputedStyle(this.canvas).color;
    pen.lineWidth = 8;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    for (const line of this.strokes) {
      pen.beginPath();
      pen.moveTo(line[0], line[1]);
      for (let at = line.length > 2 ? 2 : 0; at < line.length; at += 2) pen.lineTo(line[at], line[at + 1]);
      pen.stroke();
    }
  }
}

const box = document.querySelector("[data-drawn]");
const field = document.querySelector('input[name="drawing"]');
if (box && field) new Drawing(box, field);
