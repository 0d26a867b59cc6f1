// A page of nothing else: a slider, and a canvas on which each input draws so many plain rectangles and labels.
const [shapes, labels, width, height] = arguments;
document.body.innerHTML = `<canvas width="${width}" height="${height}"></canvas><input type="range" class="scrubber-input"
  aria-label="Position" min="0" max="1000000" step="1" style="display:block;width:${width}px">`;
const context = document.querySelector("canvas").getContext("2d");
const slider = document.querySelector("input");
let asked = false;
const draw = () => {
  asked = false;
  const at = Number(slider.value);
  context.clearRect(0, 0, width, height);
  context.font = "13px sans-serif";
  for (let shape = 0; shape < shapes; shape++) {
    context.fillStyle = shape % 2 ? "#345" : "#9ab";
    context.fillRect((shape * 37 + at / 1000) % width, (shape * 23) % height, 9, 12);
  }
  context.fillStyle = "#111";
  for (let label = 0; label < labels; label++) context.fillText(`02:${label}`, (label * 91 + at / 1000) % width, (label * 17) % height);
};
slider.addEventListener("input", () => {
  if (!asked) requestAnimationFrame(draw);
  asked = true;
});
draw();
