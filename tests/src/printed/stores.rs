//! What stands on the server's disk, in the archive and in the backup store.

use super::Place;
use super::words::{columns, count};
use pitr_engine::{FileName, Server};

impl Place<'_> {
    /// The files of a server: what has been written, and what is in memory alone.
    pub(super) fn disk(&self, of: (&Server, &str)) -> Vec<String> {
        let (server, _) = of;
        let size = server.log.segment_size();
        let mut rows = Vec::new();
        for name in server.disk.files() {
            let chunks = server.disk.chunk_count(name);
            let of_file = (0..chunks).filter_map(|chunk| server.disk.chunk(name, chunk));
            let bytes: usize = of_file.map(|chunk| chunk.len()).sum();
            let (name, pages) = match name {
                FileName::Control => ("control file".to_owned(), String::new()),
                FileName::CommitLog => ("commit log".to_owned(), String::new()),
                FileName::Log(timeline, segment) => (size.file_name(timeline, segment), String::new()),
                FileName::Relation(relation) => (self.relation(relation), count(chunks.into(), "page")),
            };
            rows.push(vec![name, format!("{bytes} bytes"), pages]);
        }
        let dirty = server.pool.dirty().len();
        let mut lines = columns(&rows);
        lines.push(format!(
            "in memory alone: {}, log of {} bytes",
            count(dirty as u64, "page"),
            server.log.buffered().1
        ));
        lines
    }

    /// The segments in the archive, and how many are waiting to get there.
    pub(super) fn archive(&self) -> Vec<String> {
        let size = self.state.settings().segment;
        let rows: Vec<Vec<String>> = self
            .state
            .archive()
            .segments()
            .map(|(timeline, segment, file)| {
                let from = format!("from {}", size.start_of(segment));
                vec![size.file_name(timeline, segment), from, format!("arrived {}", self.about(file.at))]
            })
            .collect();
        let mut lines = columns(&rows);
        lines.extend(self.state.archive().histories().map(|(timeline, _)| format!("{:08X}.history", timeline.0)));
        if lines.is_empty() {
            lines.push("the archive is empty".to_owned());
        }
        match self.state.archive_backlog() {
            0 => {}
            waiting => lines.push(format!("{} not there yet", count(waiting as u64, "sealed segment"))),
        }
        lines
    }

    /// What each store holds, and what that costs for a month.
    pub(super) fn storage(&self) -> Vec<String> {
        let rows: Vec<Vec<String>> = self
            .state
            .storage()
            .iter()
            .map(|volume| {
                let cost = volume.micro_dollars_per_month();
                vec![
                    volume.store.word().to_owned(),
                    count(volume.objects, "object"),
                    format!("{} bytes of log", volume.log_bytes),
                    format!("{} bytes of backups", volume.backup_bytes),
                    format!("{}.{:06} $ a month", cost / 1_000_000, cost % 1_000_000),
                ]
            })
            .collect();
        columns(&rows)
    }

    /// The history files in the archive, word for word.
    pub(super) fn history(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (timeline, file) in self.state.archive().histories() {
            lines.push(format!("{:08X}.history", timeline.0));
            let text = String::from_utf8_lossy(file);
            lines.extend(text.lines().map(|line| format!("  {}", line.replace('\t', "  "))));
        }
        if lines.is_empty() {
            lines.push("no history files".to_owned());
        }
        lines
    }

    /// The base backups, oldest first, as their manifests tell.
    pub(super) fn backups(&self) -> Vec<String> {
        let size = self.state.settings().segment;
        let mut lines = Vec::new();
        for manifest in self.state.backups().catalog() {
            let (first, last) = manifest.required_segments;
            let name = |segment| size.file_name(manifest.timeline, segment);
            let segments = if first == last { name(first) } else { format!("{} to {}", name(first), name(last)) };
            let (start, end) = (self.about(manifest.start_time), self.about(manifest.end_time));
            lines.push(format!("{} on timeline {}, {start} to {end}", manifest.label, manifest.timeline));
            if let Some(parent) = &manifest.parent {
                lines.push(format!("  continues {}", parent.label));
            }
            lines.push(format!("  replay from {}, checkpoint {}", manifest.redo, manifest.checkpoint));
            lines.push(format!("  consistent at {}, needs {segments}", manifest.end));
            lines.push(format!("  {}, {} bytes", count(manifest.files.len() as u64, "file"), manifest.bytes()));
        }
        if lines.is_empty() {
            lines.push("no backups".to_owned());
        }
        lines
    }
}
