//! The timeline's picture, which is no element of the page: what lies on it is found by pointing along it.

use crate::{Lab, Outcome};

/// What points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pointer {
    Mouse,
    /// A finger that taps.
    Finger,
}

/// A mouse moves over the picture from its end, for that is where the latest lies, until the words beside it have the wanted ones in them. A finger taps there.
const SWEEP: &str = "const [finger, wanted, done] = arguments;
    const canvas = document.querySelector('.deep-stage > canvas');
    canvas.scrollIntoView({ block: 'center' });
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const frame = () => new Promise(requestAnimationFrame);
    const told = new Set();
    const said = async (kinds, pointerType, x, y) => {
        const at = { pointerId: 7, button: 0, pointerType, clientX: left + x, clientY: top + y, bubbles: true };
        for (const kind of kinds) canvas.dispatchEvent(new PointerEvent(kind, at));
        await frame();
        return document.querySelector('.deep .tooltip')?.innerText.replace(/\\s+/g, ' ').trim() ?? '';
    };
    const found = async () => {
        for (const [across, down] of [[24, 8], [8, 4]])
            for (let x = width - 6; x > 4; x -= across)
                for (let y = height - 8; y > 0; y -= down) {
                    const words = await said(['pointermove'], 'mouse', x, y);
                    if (words.includes(wanted)) return [words, x, y];
                    told.add(words);
                }
        return [null, [...told]];
    };
    (async () => {
        const [words, x, y] = await found();
        if (!finger || words === null) return [words, x];
        await said(['pointerout', 'pointerleave'], 'mouse', 0, 0);
        return [await said(['pointerdown', 'pointerup'], 'touch', x, y), null];
    })().then(done)";

impl Lab {
    /// Points at something on the timeline's picture, and returns the words that come up beside it.
    pub async fn point_at(&self, pointer: Pointer, wanted: &str) -> Outcome<String> {
        let found = self.driver.execute_async(SWEEP, vec![(pointer == Pointer::Finger).into(), wanted.into()]).await?;
        match found.json()[0].as_str() {
            Some(words) => Ok(words.to_owned()),
            None => Err(format!("nothing on the picture is {wanted:?}; there are {}", found.json()[1]).into()),
        }
    }
}
