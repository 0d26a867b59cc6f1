//! The machine at one step: what is where.

use crate::wire::wire;

wire! {
    /// Everything that the machine and the tables show just after a step.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Frame {
        pub step: u32,
        pub now_us: i64,
        /// The first byte after the last record in the log buffer, and after the last one on disk.
        pub insert_lsn: u64,
        pub flushed_lsn: u64,
        pub primary_lost: bool,
        pub sessions: Vec<SessionView>,
        /// Records in the log buffer that are not on disk yet, and their bytes.
        pub buffer_records: u32,
        pub buffer_bytes: u64,
        pub log_on_disk: Shelf,
        pub archive: Shelf,
        /// Sealed segments that are not in the archive yet.
        pub archive_queue: u32,
        /// The buffer pool, by table and block.
        pub pages: Vec<PageCell>,
        /// Pages in the data files, and how many of them are older than their copy in memory.
        pub file_pages: u32,
        pub file_pages_behind: u32,
        pub backups: Vec<BackupShelf>,
        /// The tables of the live database, as a new reader would see them; none if the primary is lost.
        pub tables: Vec<Table>,
        /// The recovery of the run, from its first step on.
        pub recovery: Option<RecoveryView>,
    }

    /// A session of the live database.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SessionView {
        pub name: String,
        pub in_transaction: bool,
        /// 0 until its transaction writes.
        pub xid: u32,
    }

    /// A place that holds log segments.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Shelf {
        pub segments: u32,
        /// The newest, by file name.
        pub newest: String,
        /// When it came, microseconds; 0 if there is none.
        pub newest_us: i64,
    }

    /// A page in the buffer pool.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PageCell {
        pub table: String,
        pub block: u32,
        pub state: PageState,
        pub lsn: u64,
    }

    /// Whether a page in memory differs from the one in the data file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum PageState {
        Clean,
        Dirty,
    }

    /// A base backup in the backup store.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct BackupShelf {
        pub label: String,
        pub at_us: i64,
        /// Bytes of its files, before `scale`.
        pub bytes: u64,
        /// False while it is being taken.
        pub complete: bool,
    }

    /// A table's rows, in primary-key order. The first column is the primary key.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Table {
        pub name: String,
        pub columns: Vec<TableColumn>,
        /// The first rows; `row_count` tells of how many.
        pub rows: Vec<TableRow>,
        pub row_count: u64,
    }

    /// The name of a column.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct TableColumn {
        pub name: String,
    }

    /// A row that is visible, and who wrote this version of it.
    #[derive(Debug, Clone, PartialEq)]
    pub struct TableRow {
        pub values: Vec<Value>,
        pub xmin: u32,
    }

    /// A value of a column.
    #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Value {
        Null,
        Int(i64),
        Text(String),
        Bool(bool),
        /// Microseconds since 1970-01-01 UTC.
        Timestamp(i64),
    }

    /// How far a recovery has come.
    #[derive(Debug, Clone, PartialEq)]
    pub struct RecoveryView {
        pub backup: String,
        pub phase: RecoveryPhase,
        /// Bytes and segments that have arrived so far.
        pub restored_bytes: u64,
        pub fetched_segments: u32,
        /// Records and finished transactions replayed so far.
        pub records: u64,
        pub transactions: u32,
        /// The first byte that has not been replayed.
        pub replayed_to_lsn: u64,
        pub consistent: bool,
        /// The buffer pool of the new server.
        pub pages: Vec<PageCell>,
        /// The tables as they would be if recovery ended here; none before consistency.
        pub tables: Vec<Table>,
    }

    /// The phases of a recovery, in order.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum RecoveryPhase {
        FetchBackup,
        FetchLog,
        Redo,
        Promote,
        Validate,
        Done,
        Failed,
    }
}

impl RecoveryPhase {
    /// The code by which files of languages name it (`phase.<code>`).
    pub fn code(self) -> &'static str {
        match self {
            RecoveryPhase::FetchBackup => "fetch_backup",
            RecoveryPhase::FetchLog => "fetch_log",
            RecoveryPhase::Redo => "redo",
            RecoveryPhase::Promote => "promote",
            RecoveryPhase::Validate => "validate",
            RecoveryPhase::Done => "done",
            RecoveryPhase::Failed => "failed",
        }
    }
}
