//! Verification: every byte of a backup against its manifest, every page's checksum, and the log that the backup needs.
//!
//! An incremental backup is verified with everything that it continues: it is of no use without. The log is read from the redo pointer to
//! the backup-end record, as a recovery would read it. What is found here is found without restoring anything; what it cannot find is a
//! page or a file that was wrong before it was copied and has a checksum that agrees (PostgreSQL's `pg_verifybackup` has the same limit).

use crate::archive::Archive;
use crate::backup::{BackupStore, ChainFault, Manifest, StoredBackup};
use crate::codec::crc32c;
use crate::recovery::{Archived, History};
use crate::storage::{FileName, Page, PageError};
use crate::types::{Lsn, PageId, SegmentNumber, SegmentSize};
use crate::wal::{LogReader, SegmentSource, WhyEnd};
use serde::{Deserialize, Serialize};

/// A manifest that asks for more segments than this is not believed any further.
const MOST_SEGMENTS: u64 = 100_000;

/// What came of verifying a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    pub backup: String,
    /// Backups that were read: the backup, and what it continues.
    pub elements: u32,
    pub files: u32,
    pub pages: u32,
    pub bytes: u64,
    /// Segments that the backup cannot do without.
    pub segments: u32,
    /// All that is wrong; nothing, if it can be relied on.
    pub defects: Vec<Defect>,
}

/// Something that is wrong with a backup or with the log that it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Defect {
    /// The backup, or one that it continues, cannot be had.
    Chain {
        element: String,
        why: ChainFault,
    },
    /// The manifest lists a file that is not there.
    FileMissing {
        backup: String,
        file: FileName,
    },
    /// A file is encrypted, and does not open: the key is lost, or somebody has changed it.
    Sealed {
        backup: String,
        file: FileName,
    },
    /// A file is there that the manifest does not list.
    FileUnlisted {
        backup: String,
        file: FileName,
    },
    FileLength {
        backup: String,
        file: FileName,
        wanted: u64,
        got: u64,
    },
    FileChecksum {
        backup: String,
        file: FileName,
        wanted: u32,
        got: u32,
    },
    Page {
        backup: String,
        page: PageId,
        why: PageError,
    },
    SegmentMissing {
        segment: SegmentNumber,
    },
    /// The log cannot be read on from there, before the backup's end.
    LogEnds {
        at: Lsn,
        segment: SegmentNumber,
        why: WhyEnd,
    },
    /// The log goes on, but the backup does not end in it.
    NoBackupEnd {
        wanted: Lsn,
    },
}

impl Verification {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.defects.is_empty()
    }
}

/// Reads a backup, what it continues, and the log that it needs.
pub fn verify(backups: &BackupStore, archive: &Archive, label: &str) -> Verification {
    let mut found = Verification {
        backup: label.to_owned(),
        elements: 0,
        files: 0,
        pages: 0,
        bytes: 0,
        segments: 0,
        defects: Vec::new(),
    };
    let (elements, broken) = backups.elements(label);
    for manifest in &elements {
        if let Some(stored) = backups.get(&manifest.label) {
            found.elements += 1;
            found.bytes += stored.bytes() + stored.manifest.len() as u64;
            found.read_files(manifest, stored, archive);
        }
    }
    if let Some(broken) = broken {
        found.defects.push(Defect::Chain { element: broken.element, why: broken.why });
    } else if found.defects.is_empty()
        && let Err(broken) = backups.assemble(archive, label)
    {
        found.defects.push(Defect::Chain { element: broken.element, why: broken.why });
    }
    if let Some(manifest) = elements.first().filter(|manifest| manifest.label == label) {
        found.read_log(manifest, archive);
    }
    found
}

impl Verification {
    fn read_files(&mut self, manifest: &Manifest, stored: &StoredBackup, archive: &Archive) {
        let backup = || manifest.label.clone();
        for file in &manifest.files {
            self.files += 1;
            let chunks = match archive.open_file(&manifest.label, stored, file.name) {
                Some(Ok(chunks)) => chunks,
                Some(Err(_)) => {
                    self.defects.push(Defect::Sealed { backup: backup(), file: file.name });
                    continue;
                }
                None => {
                    self.defects.push(Defect::FileMissing { backup: backup(), file: file.name });
                    continue;
                }
            };
            let parts: Vec<&[u8]> = chunks.iter().map(|chunk| chunk.as_slice()).collect();
            let bytes: u64 = parts.iter().map(|part| part.len() as u64).sum();
            if bytes != file.bytes || chunks.len() != file.stored() {
                self.defects.push(Defect::FileLength {
                    backup: backup(),
                    file: file.name,
                    wanted: file.bytes,
                    got: bytes,
                });
            }
            let checksum = crc32c(&parts);
            if checksum != file.checksum {
                self.defects.push(Defect::FileChecksum {
                    backup: backup(),
                    file: file.name,
                    wanted: file.checksum,
                    got: checksum,
                });
            }
            let FileName::Relation(relation) = file.name else { continue };
            for (index, part) in parts.iter().enumerate() {
                self.pages += 1;
                let page = PageId { relation, block: file.chunk_number(index) };
                if let Err(why) = Page::read(page, manifest.page_bytes, part) {
                    self.defects.push(Defect::Page { backup: backup(), page, why });
                }
            }
        }
        let unlisted = stored.files.keys().filter(|name| manifest.file(**name).is_none());
        self.defects.extend(unlisted.map(|file| Defect::FileUnlisted { backup: backup(), file: *file }));
    }

    /// From the redo pointer to the backup-end record, along the backup's own timeline.
    fn read_log(&mut self, manifest: &Manifest, archive: &Archive) {
        let Some(size) = SegmentSize::new(manifest.segment_bytes) else {
            self.defects.push(Defect::NoBackupEnd { wanted: manifest.end });
            return;
        };
        let history = History::of(manifest.timeline, archive);
        let mut source = Archived::new(archive, &history, size);
        let (first, last) = manifest.required_segments;
        for number in (first.0..=last.0).take(MOST_SEGMENTS as usize) {
            self.segments += 1;
            let segment = SegmentNumber(number);
            if source.segment(segment).is_none() {
                self.defects.push(Defect::SegmentMissing { segment });
            }
        }
        let mut reader = LogReader::new(Archived::new(archive, &history, size), size, manifest.redo);
        loop {
            match reader.read() {
                Ok(found) if manifest.is_consistent_behind(&found) && found.goes_on == manifest.end => return,
                Ok(found) if found.lsn >= manifest.end => {
                    self.defects.push(Defect::NoBackupEnd { wanted: manifest.end });
                    return;
                }
                Ok(_) => {}
                Err(end) => {
                    let segment = match end.why {
                        WhyEnd::NoSegment(segment) | WhyEnd::BadHeader(segment) => segment,
                        _ => size.segment_of(end.at),
                    };
                    // A segment that is missing has been named.
                    if !self.defects.contains(&Defect::SegmentMissing { segment }) {
                        self.defects.push(Defect::LogEnds { at: end.at, segment, why: end.why });
                    }
                    return;
                }
            }
        }
    }
}
