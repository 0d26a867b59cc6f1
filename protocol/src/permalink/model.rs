//! How likely the next bit of a script is a one: several guesses, each from another part of what came before, weighed against one another.
//!
//! Each guess looks at a *context*: the last one to six bytes, the word with the words before it, the place in the line. Where
//! it has been before, it knows how the bit went there. One more guess is the longest earlier place that reads like this one. Two sets of
//! weights say how much each guess has been worth lately; they move after each bit, as all the rest does. After M. Mahoney's `lpaq`.
//!
//! Invariants: integers alone, and tables of fixed size, so that every machine guesses alike. Nothing here may ever change: links
//! that people have kept could not be read any more.

/// What guesses look at.
const CONTEXTS: usize = 9;
/// Two guesses a context, the earlier place, and one that is always the same.
const INPUTS: usize = 2 * CONTEXTS + 2;
const SLOT_BITS: u32 = 16;
const SLOTS: usize = 1 << SLOT_BITS;
/// How fast weights move.
const WEIGHT_RATE: i32 = 4;
const WEIGHT_AT_FIRST: i32 = 3 << 14;
/// Sets of weights: by how many contexts know this place and how long the earlier place is, and by field of the line and bit.
const BY_KNOWLEDGE: usize = 3 * (CONTEXTS + 1);
const BY_FIELD: usize = 8 * 8;
/// How many bytes an earlier place must have in common.
const MATCH_MIN: usize = 4;
const MATCH_MAX: usize = 63;

/// How the bit went at a place.
#[derive(Debug, Clone, Copy)]
struct Slot {
    /// The probability of a one, in 65536ths.
    one: u16,
    /// How often it was a zero and a one lately, up to 15.
    zeros: u8,
    ones: u8,
}

/// The probability of a one for all slots of a context with the same counts.
#[derive(Debug, Clone, Copy)]
struct Record {
    one: u16,
    seen: u8,
}

/// A reader of bits who guesses each.
#[derive(Debug)]
pub struct Model {
    stretch: Vec<i16>,
    slots: Vec<Slot>,
    records: Vec<Record>,
    weights: Vec<i32>,
    matches: [u16; MATCH_MAX + 1],
    /// For the hash of the last bytes, where they were followed.
    heads: Vec<u32>,
    past: Vec<u8>,
    place: Place,

    /// The bits of this byte so far behind a one.
    node: usize,
    bit: usize,
    hashes: [u32; CONTEXTS],

    /// The guess and what it was made of.
    at: [usize; CONTEXTS],
    inputs: [i32; INPUTS],
    sets: [usize; 2],
    guesses: [i32; 2],
    expected: Option<bool>,
    one: u16,
    match_at: usize,
    match_length: usize,
}

/// Where in a line.
#[derive(Debug, Clone, Default)]
struct Place {
    line: usize,
    line_before: usize,
    /// Counted from 0, blanks between.
    field: u32,
    field_hash: u32,
    word: u32,
    word_before: u32,
    word_before_that: u32,
    /// The first word behind time and session.
    verb: u32,
}

/// From -2047..=2047, where odds are equal at 0 and grow by e each 256, to a probability in `1 << bits`ths.
fn squash(odds: i32, bits: u32) -> i32 {
    const AT: [i32; 33] = [
        1, 2, 3, 6, 10, 16, 27, 45, 73, 120, 194, 310, 488, 747, 1101, 1546, 2047, 2549, 2994, 3348, 3607, 3785, 3901,
        3975, 4024, 4050, 4068, 4079, 4085, 4089, 4092, 4093, 4094,
    ];
    let odds = odds.clamp(-2047, 2047);
    let (index, part) = (((odds >> 7) + 16) as usize, odds & 127);
    let between = (AT[index] * (128 - part) + AT[index + 1] * part) << (bits - 12);
    (between + 64) >> 7
}

fn mixed(a: u32, b: u32) -> u32 {
    let x = (a ^ b.wrapping_mul(0x9E37_79B1)).wrapping_mul(0x85EB_CA6B);
    (x ^ (x >> 15)).wrapping_mul(0xC2B2_AE35) ^ (x >> 13)
}

/// Moves a probability towards what came, by one part in so many.
fn moved(one: u16, bit: bool, parts: i32, margin: i32) -> u16 {
    let (one, goal) = (i32::from(one), if bit { 0xFFFF } else { 0 });
    (one + (goal - one) / parts).clamp(margin, 0xFFFF - margin) as u16
}

impl Model {
    pub fn new() -> Model {
        let mut stretch = Vec::with_capacity(4096);
        for odds in -2047..=2047_i32 {
            // The first odds that reach a probability are its own.
            while stretch.len() as i32 <= squash(odds, 12) {
                stretch.push(odds as i16);
            }
        }
        stretch.resize(4096, 2047);
        let record = |counts: usize| {
            let (zeros, ones) = (counts >> 4, counts & 15);
            Record { one: ((ones * 2 + 1) * 0xFFFF / ((zeros + ones) * 2 + 2)) as u16, seen: 0 }
        };
        let mut model = Model {
            stretch,
            slots: vec![Slot { one: 1 << 15, zeros: 0, ones: 0 }; SLOTS * CONTEXTS],
            records: (0..256 * CONTEXTS).map(|index| record(index & 255)).collect(),
            weights: vec![WEIGHT_AT_FIRST; INPUTS * (BY_KNOWLEDGE + BY_FIELD)],
            matches: core::array::from_fn(|length| (0xFFFF - 0xFFFF / (length as u32 + 2)) as u16),
            heads: vec![0; 1 << 16],
            past: Vec::new(),
            place: Place::default(),
            node: 1,
            bit: 0,
            hashes: [0; CONTEXTS],
            at: [0; CONTEXTS],
            inputs: [0; INPUTS],
            sets: [0; 2],
            guesses: [0; 2],
            expected: None,
            one: 0,
            match_at: 0,
            match_length: 0,
        };
        model.look_around();
        model.guess();
        model
    }

    /// The probability that the next bit is a one, in 65536ths; neither 0 nor all of them.
    pub fn one(&self) -> u16 {
        self.one
    }

    fn stretched(&self, one: u16) -> i32 {
        i32::from(self.stretch[usize::from(one >> 4)])
    }

    fn record_of(context: usize, slot: Slot) -> usize {
        context << 8 | usize::from(slot.zeros << 4 | slot.ones)
    }

    fn guess(&mut self) {
        let mut known = 0;
        for context in 0..CONTEXTS {
            let hash = mixed(self.hashes[context], self.node as u32) >> (32 - SLOT_BITS);
            let at = context * SLOTS + hash as usize;
            let slot = self.slots[at];
            let is_known = slot.zeros + slot.ones > 0;
            known += usize::from(is_known);
            self.at[context] = at;
            let record = self.records[Model::record_of(context, slot)];
            self.inputs[2 * context] = if is_known { self.stretched(slot.one) } else { 0 };
            self.inputs[2 * context + 1] = if is_known { self.stretched(record.one) } else { 0 };
        }
        self.follow_match();
        self.inputs[2 * CONTEXTS + 1] = 256;

        let length = usize::from(self.match_length > 0) + usize::from(self.match_length >= 16);
        let field = self.place.field.min(7) as usize;
        self.sets = [3 * known + length, BY_KNOWLEDGE + 8 * field + self.bit].map(|set| set * INPUTS);
        let odds = self.sets.map(|set| {
            let weighed = self.inputs.iter().zip(&self.weights[set..set + INPUTS]);
            let sum: i64 = weighed.map(|(input, weight)| i64::from(*input) * i64::from(*weight)).sum();
            (sum >> 16).clamp(-2047, 2047) as i32
        });
        self.guesses = odds.map(|odds| squash(odds, 12));
        self.one = squash((odds[0] + odds[1]) / 2, 16).clamp(1, 0xFFFF) as u16;
    }

    /// What came at the earlier place, as long as it has come here too.
    fn follow_match(&mut self) {
        self.expected = None;
        self.inputs[2 * CONTEXTS] = 0;
        if self.match_length == 0 {
            return;
        }
        let byte = usize::from(self.past[self.match_at]) | 1 << 8;
        if byte >> (8 - self.bit) != self.node {
            self.match_length = 0;
            return;
        }
        let expected = byte >> (7 - self.bit) & 1 == 1;
        let odds = self.stretched(self.matches[self.match_length.min(MATCH_MAX)]);
        self.inputs[2 * CONTEXTS] = if expected { odds } else { -odds };
        self.expected = Some(expected);
    }

    /// Takes the bit that came.
    pub fn learn(&mut self, bit: bool) {
        let came = i32::from(bit) << 12;
        for (set, guess) in self.sets.into_iter().zip(self.guesses) {
            let error = (came - guess) * WEIGHT_RATE;
            for (input, weight) in self.inputs.iter().zip(&mut self.weights[set..set + INPUTS]) {
                *weight = weight.saturating_add((input * error + (1 << 11)) >> 12);
            }
        }
        for context in 0..CONTEXTS {
            let slot = &mut self.slots[self.at[context]];
            let record = &mut self.records[Model::record_of(context, *slot)];
            record.one = moved(record.one, bit, i32::from(record.seen) + 6, 32);
            record.seen = (record.seen + 1).min(200);
            slot.one = moved(slot.one, bit, i32::from(slot.zeros + slot.ones).min(12) + 2, 32);
            let (same, other) = if bit { (&mut slot.ones, &mut slot.zeros) } else { (&mut slot.zeros, &mut slot.ones) };
            *same = (*same + 1).min(15);
            // What went otherwise is forgotten sooner than what went the same.
            if *other > 2 {
                *other = (*other + 2) / 2;
            }
        }
        if let Some(expected) = self.expected {
            let length = self.match_length.min(MATCH_MAX);
            self.matches[length] = moved(self.matches[length], expected == bit, 16, 64);
            if expected != bit {
                self.match_length = 0;
            }
        }
        self.node = self.node << 1 | usize::from(bit);
        self.bit += 1;
        if self.bit == 8 {
            self.end_byte(self.node as u8);
            (self.node, self.bit) = (1, 0);
        }
        self.guess();
    }

    fn end_byte(&mut self, byte: u8) {
        self.place.pass(byte, &self.past);
        self.past.push(byte);
        if self.match_length > 0 && self.past[self.match_at] == byte {
            self.match_length += 1;
            self.match_at += 1;
        } else {
            self.match_length = 0;
        }
        if let Some(last) = self.past.last_chunk::<MATCH_MIN>() {
            let head = (mixed(u32::from_le_bytes(*last), 7) >> 16) as usize;
            let earlier = self.heads[head] as usize;
            if self.match_length == 0 && earlier > 0 {
                let common = self.past[..earlier].iter().rev().zip(self.past.iter().rev());
                let length = common.take(MATCH_MAX + 1).take_while(|(a, b)| a == b).count();
                if length >= MATCH_MIN {
                    (self.match_length, self.match_at) = (length, earlier);
                }
            }
            self.heads[head] = self.past.len() as u32;
        }
        self.look_around();
    }

    /// The contexts of the next byte.
    fn look_around(&mut self) {
        let (past, place) = (&self.past, &self.place);
        let last = |count: usize| {
            past.iter().rev().take(count).fold(count as u32, |hash, byte| mixed(hash, u32::from(*byte) + 1))
        };
        let words = mixed(place.word, place.word_before);
        let column = past.len() - place.line;
        let in_line = if place.field == 0 {
            // A time: digit by digit, beside the one of the line above.
            let line = &past[place.line..];
            let above = &past[place.line_before..place.line];
            let is_same = above.starts_with(line);
            let digit = above.get(column).map_or(0, |byte| u32::from(*byte));
            mixed(mixed(mixed(0x55, column as u32), digit), u32::from(is_same))
        } else {
            mixed(mixed(mixed(0x44, place.field.min(6)), place.field_hash), place.verb)
        };
        self.hashes = [
            0,
            last(1),
            last(2),
            last(3),
            last(4),
            last(6),
            mixed(words, 0x77),
            mixed(mixed(words, place.word_before_that), 0x99),
            in_line,
        ];
    }
}

impl Place {
    /// Goes on behind a byte.
    fn pass(&mut self, byte: u8, past: &[u8]) {
        if byte == b'\n' {
            *self = Place { line: past.len() + 1, line_before: self.line, ..Place::default() };
            return;
        }
        let hashed = u32::from(byte);
        if byte.is_ascii_alphanumeric() || byte >= 0x80 {
            self.word = mixed(self.word.wrapping_add(1), hashed);
        } else if self.word != 0 {
            self.word_before_that = self.word_before;
            self.word_before = self.word;
            self.word = 0;
            if self.field == 2 && self.verb == 0 {
                self.verb = self.word_before;
            }
        }
        if byte != b' ' {
            self.field_hash = mixed(self.field_hash.wrapping_add(1), hashed);
        } else if past.last() != Some(&b' ') {
            self.field += 1;
            self.field_hash = 0;
        }
    }
}
