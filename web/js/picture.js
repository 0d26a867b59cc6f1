// Files that the page gives away: a text as it is, and a picture painted from the text that describes it.

export function saveText(name, type, text) {
  save(name, new Blob([text], { type }));
}

// Painted at least twice as fine as it is shown, so that it is crisp on every screen.
export async function savePainted(name, svg, width, height) {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const fine = Math.max(2, window.devicePixelRatio || 1);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * fine);
    canvas.height = Math.round(height * fine);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const painted = await new Promise((done) => canvas.toBlob(done, "image/png"));
    if (painted) save(name, painted);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function save(name, blob) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser takes what it needs before long.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
