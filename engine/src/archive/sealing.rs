//! Encryption of what is stored: segments, and the files of backups.
//!
//! ```text
//! 0  counter      8  how many objects the key had sealed before
//! 8  ciphertext   n  as long as the plaintext
//!    tag         16
//! ```
//!
//! The cipher is ChaCha20-Poly1305 (RFC 8439) of the RustCrypto project. Its nonce has 12 bytes and must never serve twice under one key: here it
//! is the key's number (4) and the counter (8). The counter goes up with each object and never back, so no two objects of a key share a nonce,
//! even where the same name is written again with other bytes; that is why the name itself is not the nonce. The object's name and the key's number are
//! authenticated with it: an object that is put in another's place does not open. So any flipped bit, and any exchange, is found when the
//! object is opened, and what was not found is as it was.
//!
//! Keys are numbered from 1. A rotation makes a new one; what is stored stays under its own. A key that is lost takes all that it sealed with it. The bytes of
//! a key are drawn from the scenario's seed: that stands in for a key store's random numbers.
//!
//! A segment that is still being streamed is sealed anew with each piece that comes. Left in the clear: history files and manifests. They say
//! what there is and hold no rows, and whoever has lost a key is to be told what is lost with it, not that nothing is there.

use crate::random::next_random;
use litemap::LiteMap;

/// What sealing adds to an object's length.
pub const OVERHEAD: usize = 24;

/// The keys, and which objects they have sealed.
#[derive(Debug, Clone, Default)]
pub struct KeyRing {
    seed: u64,
    /// The key that new objects are sealed with; 0: they are stored in the clear.
    current: u32,
    /// For each key that is not lost, how many objects it has sealed.
    sealed: LiteMap<u32, u64>,
}

/// Why a sealed object does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOpened {
    KeyLost,
    Tampered,
}

impl KeyRing {
    /// A ring with its first key.
    pub fn new(seed: u64) -> KeyRing {
        KeyRing { seed, current: 1, sealed: [(1, 0)].into_iter().collect() }
    }

    /// The key that new objects are sealed with; 0 if they are not.
    pub fn current(&self) -> u32 {
        self.current
    }

    /// New objects are sealed with a new key from now on; its number. `None`: nothing is encrypted.
    pub fn rotate(&mut self) -> Option<u32> {
        if self.current == 0 {
            return None;
        }
        self.current = self.current.checked_add(1)?;
        self.sealed.insert(self.current, 0);
        Some(self.current)
    }

    /// A key is gone; whether it was there.
    pub fn lose(&mut self, key: u32) -> bool {
        self.sealed.remove(&key).is_some()
    }

    /// Seals an object with the current key; `None` if that is lost.
    pub fn seal(&mut self, name: &str, plain: &[u8]) -> Option<Vec<u8>> {
        let counter = self.sealed.get_mut(&self.current)?;
        let nonce = nonce(self.current, *counter);
        let mut bytes = counter.to_le_bytes().to_vec();
        *counter += 1;
        bytes.extend(cipher::encrypt(self.bytes_of(self.current), nonce, &bound(self.current, name), plain)?);
        Some(bytes)
    }

    /// Opens an object that a key has sealed under this name.
    pub fn open(&self, key: u32, name: &str, bytes: &[u8]) -> Result<Vec<u8>, NotOpened> {
        if !self.sealed.contains_key(&key) {
            return Err(NotOpened::KeyLost);
        }
        let (counter, sealed) = bytes.split_first_chunk::<8>().ok_or(NotOpened::Tampered)?;
        let nonce = nonce(key, u64::from_le_bytes(*counter));
        cipher::decrypt(self.bytes_of(key), nonce, &bound(key, name), sealed).ok_or(NotOpened::Tampered)
    }

    fn bytes_of(&self, key: u32) -> [u8; 32] {
        // From a state of its own for each key.
        let mut state = self.seed ^ (u64::from(key) << 32 | 0x6B65_7973);
        let mut bytes = [0; 32];
        for eight in bytes.chunks_exact_mut(8) {
            eight.copy_from_slice(&next_random(&mut state).to_le_bytes());
        }
        bytes
    }
}

fn nonce(key: u32, counter: u64) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[..4].copy_from_slice(&key.to_le_bytes());
    nonce[4..].copy_from_slice(&counter.to_le_bytes());
    nonce
}

/// What is authenticated beside the ciphertext.
fn bound(key: u32, name: &str) -> Vec<u8> {
    let mut bound = key.to_le_bytes().to_vec();
    bound.extend_from_slice(name.as_bytes());
    bound
}

#[cfg(feature = "whole")]
mod cipher {
    use chacha20poly1305::aead::{Aead, KeyInit, Payload};
    use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};

    pub fn encrypt(key: [u8; 32], nonce: [u8; 12], aad: &[u8], msg: &[u8]) -> Option<Vec<u8>> {
        ChaCha20Poly1305::new(&Key::from(key)).encrypt(&Nonce::from(nonce), Payload { msg, aad }).ok()
    }

    pub fn decrypt(key: [u8; 32], nonce: [u8; 12], aad: &[u8], msg: &[u8]) -> Option<Vec<u8>> {
        ChaCha20Poly1305::new(&Key::from(key)).decrypt(&Nonce::from(nonce), Payload { msg, aad }).ok()
    }
}

/// The smaller build encrypts nothing.
#[cfg(not(feature = "whole"))]
mod cipher {
    pub fn encrypt(_: [u8; 32], _: [u8; 12], _: &[u8], _: &[u8]) -> Option<Vec<u8>> {
        None
    }

    pub fn decrypt(_: [u8; 32], _: [u8; 12], _: &[u8], _: &[u8]) -> Option<Vec<u8>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cipher_is_the_one_of_the_rfc() {
        // RFC 8439, section 2.8.2.
        let key: [u8; 32] = core::array::from_fn(|index| 0x80 + index as u8);
        let nonce = [7, 0, 0, 0, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47];
        let aad = [0x50, 0x51, 0x52, 0x53, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7];
        let text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
        let sealed = cipher::encrypt(key, nonce, &aad, text).unwrap();
        assert_eq!(sealed[..8], [0xD3, 0x1A, 0x8D, 0x34, 0x64, 0x8E, 0x60, 0xDB]);
        assert_eq!(sealed[114..][..8], [0x1A, 0xE1, 0x0B, 0x59, 0x4F, 0x09, 0xE2, 0x6A]);
    }

    #[test]
    fn what_is_changed_or_exchanged_does_not_open() {
        let mut ring = KeyRing::new(7);
        let sealed = ring.seal("segment 3 on 1", b"forty-two").unwrap();
        assert_eq!(sealed.len(), 9 + OVERHEAD);
        assert_eq!(ring.open(1, "segment 3 on 1", &sealed).as_deref(), Ok(&b"forty-two"[..]));
        assert_eq!(ring.open(1, "segment 4 on 1", &sealed), Err(NotOpened::Tampered));
        for bit in 0..sealed.len() * 8 {
            let mut damaged = sealed.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(ring.open(1, "segment 3 on 1", &damaged), Err(NotOpened::Tampered), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert_eq!(ring.open(1, "segment 3 on 1", &sealed[..length]), Err(NotOpened::Tampered));
        }
        // The same bytes under the same name again: another nonce, another ciphertext.
        assert_ne!(ring.seal("segment 3 on 1", b"forty-two"), Some(sealed));
    }

    #[test]
    fn a_lost_key_takes_what_it_sealed_and_no_more() {
        let mut ring = KeyRing::new(7);
        let first = ring.seal("a", b"one").unwrap();
        assert_eq!(ring.rotate(), Some(2));
        let second = ring.seal("a", b"one").unwrap();
        assert_eq!(ring.open(1, "a", &second), Err(NotOpened::Tampered));
        assert!(ring.lose(1) && !ring.lose(1));
        assert_eq!(ring.open(1, "a", &first), Err(NotOpened::KeyLost));
        assert_eq!(ring.open(2, "a", &second).as_deref(), Ok(&b"one"[..]));
        assert!(ring.lose(2));
        assert_eq!(ring.seal("b", b"two"), None);
        assert_eq!(KeyRing::default().rotate(), None);
    }
}
