// A photo that is looked at closely: two fingers, the wheel, a double tap, or the keys + - 0 and the arrows.
// The photo is laid out to fit its stage; what moves is a transform of it.

const MOST = 6; // times the size that fits
const STEP = 1.5;
const DOUBLE_TAP_SCALE = 2.5;
const DOUBLE_TAP_MS = 300;
const ARROW_PX = 80;

const between = (least, value, most) => Math.min(most, Math.max(least, value));

export class Zoom {
  #stage;
  #image;
  #scale = 1;
  #x = 0;
  #y = 0;
  #pointers = new Map();
  #tapped = 0;

  constructor(stage) {
    this.#stage = stage;
    this.#image = stage.querySelector("img");
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    for (const type of ["pointerup", "pointercancel"]) stage.addEventListener(type, (event) => this.#up(event));
    stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.#to(this.#scale * Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
    }, { passive: false });
  }

  /** Another photo, as large as it fits. */
  show(address, alt) {
    this.#image.src = address;
    this.#image.alt = alt;
    this.#reset();
  }

  /** One step larger (1) or smaller (-1), around the middle. */
  step(direction) {
    const box = this.#stage.getBoundingClientRect();
    this.#to(this.#scale * STEP ** direction, box.left + box.width / 2, box.top + box.height / 2);
  }

  /** What a key does; false for a key that does nothing here. */
  key(name) {
    const arrows = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (name === "+" || name === "=") this.step(1);
    else if (name === "-") this.step(-1);
    else if (name === "0") this.#reset();
    else if (name in arrows && this.#scale > 1) this.#moveBy(...arrows[name].map((way) => way * ARROW_PX));
    else return false;
    return true;
  }

  #reset() {
    this.#scale = 1;
    this.#moveBy(0, 0);
  }

  /** To a scale, with the point at (x, y) of the window staying where it is. */
  #to(scale, x, y) {
    const box = this.#stage.getBoundingClientRect();
    const next = between(1, scale, MOST);
    const [fromX, fromY] = [x - box.left - box.width / 2, y - box.top - box.height / 2];
    const share = next / this.#scale;
    this.#scale = next;
    this.#x = fromX - (fromX - this.#x) * share;
    this.#y = fromY - (fromY - this.#y) * share;
    this.#moveBy(0, 0);
  }

  /** Move, but never so far that an edge of the stage shows nothing. */
  #moveBy(dx, dy) {
    const roomX = ((this.#scale - 1) * this.#stage.clientWidth) / 2;
    const roomY = ((this.#scale - 1) * this.#stage.clientHeight) / 2;
    this.#x = between(-roomX, this.#x + dx, roomX);
    this.#y = between(-roomY, this.#y + dy, roomY);
    this.#image.style.transform = `translate(${this.#x}px, ${this.#y}px) scale(${this.#scale})`;
    this.#stage.classList.toggle("is-large", this.#scale > 1);
  }

  #down(event) {
    this.#stage.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, [event.clientX, event.clientY]);
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY];
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    if (!other) {
      this.#moveBy(now[0] - before[0], now[1] - before[1]);
      return;
    }
    const spread = (point) => Math.max(1, Math.hypot(point[0] - other[0], point[1] - other[1]));
    this.#to(this.#scale * (spread(now) / spread(before)), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
    this.#moveBy((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
  }

  #up(event) {
    this.#pointers.delete(event.pointerId);
    if (event.type !== "pointerup" || this.#pointers.size) return;
    const isDouble = event.timeStamp - this.#tapped < DOUBLE_TAP_MS;
    this.#tapped = isDouble ? 0 : event.timeStamp;
    if (isDouble) this.#to(this.#scale > 1 ? 1 : DOUBLE_TAP_SCALE, event.clientX, event.clientY);
  }
}
