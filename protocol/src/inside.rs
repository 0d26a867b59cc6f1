//! What lies inside the parts of the machine at one step: page by page, segment by segment, backup by backup.
//!
//! Asked for and answered sealed, like all that only the study shows; see [`bench`](crate::bench).

use crate::wire::wire;
use crate::{Problem, RecordKind, Table, Value};

wire! {
    /// The machine's parts, looked into just after a step.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Inside {
        pub step: u32,
        /// The live server; none if it is lost.
        pub live: Option<ServerInside>,
        /// The one that a recovery makes; its disk is there before it is.
        pub recovered: Option<ServerInside>,
        /// Segments of all timelines, in the order in which they were opened: the newest of them.
        pub segments: Vec<SegmentInside>,
        pub segment_count: u32,
        pub backups: Vec<BackupInside>,
        pub backup_count: u32,
        /// Sealed segments that are not in the archive, as far as the server knows.
        pub backlog: u32,
    }

    /// The pages of a server, and what is in its log buffer alone.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct ServerInside {
        pub timeline: u32,
        /// The first byte that is not on disk, and the first behind the last record.
        pub flushed_lsn: u64,
        pub end_lsn: u64,
        /// Records that a power cut would take: the oldest of them.
        pub buffer: Vec<BufferedRecord>,
        pub buffer_count: u32,
        /// By relation and block: what the step moved, what is dirty, what is in memory come first if there are too many.
        pub pages: Vec<PageInside>,
        pub page_count: u32,
    }

    /// A record in the log buffer.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct BufferedRecord {
        pub lsn: u64,
        pub end_lsn: u64,
        pub kind: RecordKind,
        /// 0 for none.
        pub xid: u32,
    }

    /// A page in memory and on disk.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PageInside {
        pub relation: u32,
        /// The relation's name, by the catalog; a number in words if it has none.
        pub name: String,
        pub block: u32,
        pub care: PageCare,
        /// The page's LSN in memory; none if it is not in the buffer pool.
        pub memory_lsn: Option<u64>,
        /// Its LSN on disk as last written, and as it would be found if the power went now.
        pub disk_lsn: Option<u64>,
        pub durable_lsn: Option<u64>,
        pub moved: PageMove,
    }

    /// Where a page's newest state is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum PageCare {
        /// On disk alone.
        Away,
        /// In memory as on disk.
        Clean,
        /// In memory newer than on disk.
        Dirty,
        /// The same, and the checkpoint under way is going to write it.
        Queued,
        /// The step has written it.
        Written,
    }

    /// What the step at hand did with a page.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum PageMove {
        Nothing,
        /// A record changed it in memory.
        Changed,
        /// From memory to the data files.
        Written,
        /// From the data files to the backup store.
        Copied,
        /// From the backup store to the new server's data files.
        Restored,
        /// A replayed record changed it in the new server's memory.
        Redone,
    }

    /// A log segment: on the server's disk, and in the archive.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SegmentInside {
        pub timeline: u32,
        pub number: u64,
        pub file: String,
        pub start_lsn: u64,
        /// First byte that holds nothing.
        pub used_to_lsn: u64,
        pub on_disk: LogPlace,
        pub in_archive: ArchivePlace,
        /// When it had come to the archive, microseconds; 0 if it has not.
        pub archived_us: i64,
        /// How many tries to archive it have failed.
        pub failures: u32,
        /// Whether the recovery has fetched it.
        pub fetched: bool,
        /// Whether the step moved it.
        pub moved: bool,
    }

    /// A segment on the server's disk.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum LogPlace {
        /// Records go into it.
        Open,
        /// Full or closed; waits to be archived.
        Sealed,
        /// On its way to the archive.
        Sending,
        /// As far as the server knows it is archived: it may go.
        Done,
        /// Gone: no crash recovery needs it.
        Recycled,
        /// Gone with its server.
        Lost,
    }

    /// A segment in the archive.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum ArchivePlace {
        Never,
        /// Streamed, as far as its log has come.
        Partly,
        Hot,
        Cold,
        /// It was there and is not any more: past what is kept, or deleted.
        Expired,
    }

    /// A base backup in the store.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct BackupInside {
        pub label: String,
        /// The backup that it continues; none for a full one.
        pub parent: Option<String>,
        /// How many it needs before it.
        pub depth: u32,
        /// Whether its manifest is there and reads well.
        pub complete: bool,
        pub timeline: u32,
        pub start_us: i64,
        pub redo_lsn: u64,
        pub end_lsn: u64,
        pub files: u32,
        /// Bytes of what is stored of it, before `scale`.
        pub bytes: u64,
        /// Whether the recovery restores it.
        pub restored: bool,
        pub moved: bool,
    }

    /// Something of which is to be known what it has to do with.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum TraceOf {
        Record { timeline: u32, lsn: u64 },
        Page { relation: u32, block: u32, recovered: bool },
        /// The same by the name of its table.
        NamedPage { table: String, block: u32, recovered: bool },
        Row { table: String, key: Value, recovered: bool },
    }

    /// What something has to do with: the records behind it, the pages and the rows that they are about.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Trace {
        /// Timeline and LSN of each.
        pub records: Vec<(u32, u64)>,
        /// Relation and block of each.
        pub pages: Vec<(u32, u32)>,
        /// The names of their relations, as far as they are known.
        pub relations: Vec<(u32, String)>,
        /// Table and key of each.
        pub rows: Vec<(String, Value)>,
    }

    /// A relation that has pages.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct RelationPages {
        pub relation: u32,
        pub name: String,
        pub blocks: u32,
        /// Of the server that a recovery has made.
        pub recovered: bool,
    }

    /// A line of the recovering server's log.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ServerLine {
        /// The step that it tells of.
        pub step: u32,
        pub at_us: i64,
        /// `LOG`, `HINT`, `FATAL`, `PANIC`.
        pub level: String,
        /// Its sentence as a code with parameters.
        pub line: Problem,
    }

    /// A table that has more rows than a frame carries of it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct LongTable {
        pub name: String,
        /// Of the recovered server.
        pub recovered: bool,
        pub rows: u64,
    }

    /// A part of a long table.
    #[derive(Debug, Clone, PartialEq)]
    pub struct RowsPage {
        pub long: Vec<LongTable>,
        /// Which of them, by its place in `long`.
        pub of: u32,
        /// How many rows stand before the first of the part.
        pub from: u64,
        /// Its columns and the rows of the part; `None` if there is no long table, or a page of it is damaged.
        pub table: Option<Table>,
    }
}

impl PageCare {
    /// The code by which style sheets and files of languages name it.
    pub fn code(self) -> &'static str {
        match self {
            PageCare::Away => "away",
            PageCare::Clean => "clean",
            PageCare::Dirty => "dirty",
            PageCare::Queued => "queued",
            PageCare::Written => "written",
        }
    }
}

impl PageMove {
    /// The code by which files of languages name it.
    pub fn code(self) -> &'static str {
        match self {
            PageMove::Nothing => "nothing",
            PageMove::Changed => "changed",
            PageMove::Written => "written",
            PageMove::Copied => "copied",
            PageMove::Restored => "restored",
            PageMove::Redone => "redone",
        }
    }
}

impl LogPlace {
    /// The code by which style sheets and files of languages name it.
    pub fn code(self) -> &'static str {
        match self {
            LogPlace::Open => "open",
            LogPlace::Sealed => "sealed",
            LogPlace::Sending => "sending",
            LogPlace::Done => "done",
            LogPlace::Recycled => "recycled",
            LogPlace::Lost => "lost",
        }
    }
}

impl ArchivePlace {
    /// The code by which style sheets and files of languages name it.
    pub fn code(self) -> &'static str {
        match self {
            ArchivePlace::Never => "never",
            ArchivePlace::Partly => "partly",
            ArchivePlace::Hot => "hot",
            ArchivePlace::Cold => "cold",
            ArchivePlace::Expired => "expired",
        }
    }
}
