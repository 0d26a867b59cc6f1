//! Valid bytes of every kind, out of a history.

use super::{Decoder, RELATION, SEGMENT_BYTES};
use crate::histories::{History, Plot, Told, tell};
use pitr_engine::types::{SegmentSize, TimelineId};
use pitr_engine::{EventKind, FileName};
use pitr_protocol::{
    Along, AtTarget, Envelope, PROTOCOL_VERSION, Reply, Request, ScriptSource, Stop, TargetKind, TargetSpec, encode,
};

/// Valid bytes for every decoder.
#[derive(Debug)]
pub struct Samples {
    of: Vec<(Decoder, Vec<u8>)>,
}

impl Samples {
    /// Of a history with segments of [`SEGMENT_BYTES`].
    pub fn new() -> Samples {
        let plot = Plot { eras: 3, steps: 60, faults: false, workloads: false };
        let size = SegmentSize::new(SEGMENT_BYTES);
        let mut histories = (1..).map(|seed| tell(seed, plot));
        let history = histories.find(|history| {
            Some(history.script.settings.segment) == size && history.cluster.backups().catalog().len() > 1
        });
        let mut samples = Samples { of: Vec::new() };
        if let Some(history) = history {
            samples.log(&history);
            samples.files(&history);
        }
        samples.texts_and_messages();
        samples
    }

    /// Those for a decoder.
    pub fn of(&self, decoder: Decoder) -> Vec<&[u8]> {
        self.of.iter().filter(|(of, _)| *of == decoder).map(|(_, bytes)| bytes.as_slice()).collect()
    }

    fn add(&mut self, decoder: Decoder, bytes: &[u8]) {
        self.of.push((decoder, bytes.to_vec()));
    }

    fn log(&mut self, history: &History) {
        let archive = history.cluster.archive();
        let size = history.script.settings.segment;
        let first = archive.segments().filter(|(timeline, ..)| *timeline == TimelineId::FIRST).take(6);
        let all: Vec<&[u8]> = first.map(|(.., archived)| archived.bytes.as_slice()).collect();
        self.add(Decoder::Log, &all.concat());
        for (_, _, archived) in archive.segments().take(4) {
            self.add(Decoder::SegmentHeader, &archived.bytes[..40]);
        }
        for (_, file) in archive.histories() {
            self.add(Decoder::History, file);
        }
        for told in &history.told {
            let Told::Happened(event) = told else { continue };
            let EventKind::RecordWritten { timeline, record, .. } = &event.kind else { continue };
            let Some(archived) = archive.segment(*timeline, size.segment_of(record.lsn)) else { continue };
            let at = size.offset_of(record.lsn) as usize;
            let Some(length) = archived.bytes.get(at..at + 4) else { continue };
            let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
            if let Some(bytes) = archived.bytes.get(at..at + length) {
                self.add(Decoder::Record, bytes);
            }
        }
    }

    fn files(&mut self, history: &History) {
        for (_, backup) in history.cluster.backups().iter() {
            if !backup.manifest.is_empty() {
                self.add(Decoder::Manifest, &backup.manifest);
            }
            for (name, chunks) in backup.files.iter() {
                let first = chunks.first().map(|chunk| chunk.as_slice()).unwrap_or_default();
                match name {
                    FileName::Control => self.add(Decoder::Control, first),
                    FileName::CommitLog => self.add(Decoder::CommitLog, first),
                    FileName::Relation(_) => self.page(first),
                    FileName::Log(..) => {}
                }
            }
        }
    }

    fn page(&mut self, page: &[u8]) {
        let mut page = page.to_vec();
        let Some(id) = page.get_mut(16..24) else { return };
        // As if it were the first block of the first table.
        id.copy_from_slice(&[RELATION.0.to_le_bytes(), [0; 4]].concat());
        Decoder::Page.seal(&mut page);
        let number = |at: usize| u16::from_le_bytes([page[at], page[at + 1]]);
        let hole = (24 + 4 * number(12), number(14));
        if hole.0 < hole.1 {
            let log_size = (page.len() / 1024).trailing_zeros() as u16;
            let hole_bytes = hole.1 - hole.0;
            let head = [log_size, hole.0, hole_bytes].map(u16::to_le_bytes).concat();
            let image = [&head, &page[..usize::from(hole.0)], &page[usize::from(hole.1)..]].concat();
            self.add(Decoder::PageImage, &image);
        }
        for slot in 0..usize::from(number(12)) {
            let (offset, length) = (number(24 + 4 * slot), number(26 + 4 * slot));
            let row = usize::from(offset)..usize::from(offset) + usize::from(length);
            self.add(Decoder::Row, &page[row]);
        }
        self.add(Decoder::Page, &page);
    }

    fn request(&mut self, body: Request) {
        self.add(Decoder::Message, &encode(&Envelope { version: PROTOCOL_VERSION, id: 7, epoch: 2, body }));
    }

    fn reply(&mut self, body: Reply) {
        self.add(Decoder::Message, &encode(&Envelope { version: PROTOCOL_VERSION, id: 7, epoch: 2, body }));
    }

    fn texts_and_messages(&mut self) {
        for scenario in pitr_lessons::SCENARIOS {
            self.add(Decoder::Script, scenario.text.as_bytes());
        }
        self.add(Decoder::Script, include_bytes!("said.txt"));
        for text in ["2026-03-04 02:59:59.5+02", "02:59:59", "2026-10-24 23:16:30.246004 UTC+2", "0/16B3748", "113"] {
            self.add(Decoder::TargetText, text.as_bytes());
        }
        self.add(Decoder::Words, include_bytes!("../../../locales/en.toml"));
        let target = TargetSpec {
            backup: Some("b1".to_owned()),
            along: Along::Number(2),
            action: AtTarget::Pause,
            ..TargetSpec::new(TargetKind::Time, "02:59:59")
        };
        for body in [
            Request::Seek { step: 300 },
            Request::Recover(target),
            Request::Stops { kind: TargetKind::Xid, along: Along::Latest },
        ] {
            self.request(body);
        }
        self.request(Request::Load(ScriptSource::Text("checkpoint".to_owned())));
        let stop = Stop { text: "02:59:59".to_owned(), time_us: -1, lsn: 0x3A40, xid: 113 };
        self.reply(Reply::Stops { kind: TargetKind::Time, stops: vec![stop.clone(), stop] });
        self.reply(Reply::Digest { text: "cd0ebb88984cff24".to_owned() });
        // It is nothing but its kind, and a refusal is the last kind behind it.
        let mut begin = encode(&Envelope { version: PROTOCOL_VERSION, id: 7, epoch: 2, body: Reply::Done });
        let done = begin.pop().unwrap_or_default();
        for variant in 0..=done + 1 {
            // The beginning of a reply of each kind, and zeros: empty lists and first variants.
            let mut bytes = begin.clone();
            bytes.push(variant);
            bytes.resize(bytes.len() + 200, 0);
            while !Decoder::Message.check(&bytes) && bytes.len() > 4 {
                bytes.pop();
            }
            self.add(Decoder::Message, &bytes);
        }
    }
}

impl Default for Samples {
    fn default() -> Samples {
        Samples::new()
    }
}
