//! Text to few bytes, bytes to the characters of a link, and back.
//!
//! The packing is arithmetic coding: the model says how likely a one is as the text's next bit, and the bit costs what it surprises. It has
//! seen a sample of the language before, so that even a short text is cheap. Scripts of 100 commands come to about a fifth of their
//! length in characters; deflate with the same sample to a third, lz4 to a half, and that would not do.

use super::model::Model;

/// What the model has seen before a text: the words of links and of the scenario language in use.
const SAMPLE: &str = include_str!("sample.txt");

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The interval that the bits so far have left, both ends within it.
struct Range {
    low: u32,
    high: u32,
}

impl Range {
    fn new() -> Range {
        Range { low: 0, high: u32::MAX }
    }

    /// The last position of a one, if the next bit is a one with a probability of so many 65536ths.
    fn split(&self, one: u16) -> u32 {
        let width = u64::from(self.high - self.low);
        self.low + ((width * u64::from(one)) >> 16) as u32
    }

    fn narrow(&mut self, split: u32, bit: bool) {
        if bit {
            self.high = split;
        } else {
            self.low = split + 1;
        }
    }

    /// Gives out the highest byte, once both ends have the same.
    fn shift(&mut self) -> Option<u8> {
        if (self.low ^ self.high) >> 24 != 0 {
            return None;
        }
        let byte = (self.high >> 24) as u8;
        self.low <<= 8;
        self.high = self.high << 8 | 0xFF;
        Some(byte)
    }

    /// The shortest bytes that mean a position within, whatever is read behind them as zeros.
    fn last_bytes(&self) -> Vec<u8> {
        for count in 0..4 {
            let below = u32::MAX.checked_shr(8 * count).unwrap_or(0);
            if let Some(up) = self.low.checked_add(below) {
                let position = up & !below;
                if (self.low..=self.high).contains(&position) {
                    return position.to_be_bytes()[..count as usize].to_vec();
                }
            }
        }
        self.low.to_be_bytes().to_vec()
    }
}

fn bits(byte: u8) -> impl Iterator<Item = bool> {
    (0..8).rev().map(move |place| byte >> place & 1 == 1)
}

/// A model that has seen the sample.
fn practised() -> Model {
    let mut model = Model::new();
    for bit in SAMPLE.bytes().flat_map(bits) {
        model.learn(bit);
    }
    model
}

/// Appends the packed text. How long it was is not in it.
pub fn pack(text: &[u8], to: &mut Vec<u8>) {
    let (mut model, mut range) = (practised(), Range::new());
    for bit in text.iter().flat_map(|byte| bits(*byte)) {
        let split = range.split(model.one());
        range.narrow(split, bit);
        model.learn(bit);
        while let Some(byte) = range.shift() {
            to.push(byte);
        }
    }
    to.extend(range.last_bytes());
}

/// The text of a length that bytes mean. Any bytes mean some.
pub fn unpack(packed: &[u8], length: usize) -> Vec<u8> {
    let (mut model, mut range) = (practised(), Range::new());
    let mut rest = packed.iter().copied().chain(core::iter::repeat(0));
    let mut next = || u32::from(rest.next().unwrap_or(0));
    let mut position = (0..4).fold(0, |position, _| position << 8 | next());
    let mut text = Vec::with_capacity(length);
    while text.len() < length {
        let byte = (0..8).fold(0, |byte, _| {
            let split = range.split(model.one());
            let bit = position <= split;
            range.narrow(split, bit);
            model.learn(bit);
            while range.shift().is_some() {
                position = position << 8 | next();
            }
            byte << 1 | u8::from(bit)
        });
        text.push(byte);
    }
    text
}

/// Base64 in its form for URLs, without padding.
pub fn to_characters(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let word = three.iter().fold(0, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        let characters = (0..=three.len()).map(|place| ALPHABET[(word >> (18 - 6 * place) & 63) as usize]);
        text.extend(characters.map(char::from));
    }
    text
}

/// The bytes of characters; or the index of the first that is none of the alphabet, and it; or nothing if no bytes are written so.
pub fn from_characters(text: &str) -> Result<Vec<u8>, Option<(usize, char)>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut word, mut bit_count) = (0_u32, 0);
    for (index, char) in text.chars().enumerate() {
        let value = ALPHABET.iter().position(|known| char::from(*known) == char).ok_or(Some((index, char)))?;
        word = word << 6 | value as u32;
        bit_count += 6;
        if bit_count >= 8 {
            bit_count -= 8;
            bytes.push((word >> bit_count) as u8);
            word &= (1 << bit_count) - 1;
        }
    }
    // What is left are the zeros that filled up the last character.
    if bit_count < 6 && word == 0 { Ok(bytes) } else { Err(None) }
}
