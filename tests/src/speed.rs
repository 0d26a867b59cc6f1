//! How fast a log is replayed: a log of any length, its recovery, and the least that reading it could cost.
//!
//! Whoever measures brings the clock, so that the same code is measured natively and in Wasm.

use crate::histories::Random;
use pitr_engine::types::{Column, ColumnType, Micros, SegmentSize, Value};
use pitr_engine::{
    Assignment, Cluster, Command, CommandError, Comparison, Expression, Filter, RecoverySpec, Settings, Target,
};

/// Rows of one INSERT, and so about the records of one transaction.
const ROWS_AT_ONCE: i64 = 100;

/// Updates and deletes are of one of the last so many rows: an order is changed soon after it was placed.
const RECENT_ROWS: i64 = 10_000;

/// A primary that is lost, with a base backup of a small database and behind it that many records, all of them in the archive.
#[derive(Debug, Clone)]
pub struct Disaster {
    cluster: Cluster,
}

/// What a replay did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    pub records: u64,
    pub record_bytes: u64,
    pub table_bytes: u64,
}

impl Disaster {
    /// Writes about that many records. Of 107 in a transaction 100 insert a row, five update one, one deletes one, the last commits.
    pub fn after(records: u64) -> Disaster {
        let written = write(records).unwrap_or_else(|error| panic!("the load can be written: {}", error.code()));
        Disaster { cluster: written }
    }

    /// What is left after the disaster.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Recovers it all, and takes the time of the replay from the first record to the last.
    pub fn replay<T>(&self, mut clock: impl FnMut() -> T) -> (Replayed, T, T) {
        let mut cluster = self.cluster.clone();
        let spec = RecoverySpec { backup: Some("b1".to_owned()), ..RecoverySpec::to(Target::End) };
        if let Err(error) = cluster.execute("ops", &Command::Recover(spec)) {
            panic!("the load can be recovered: {}", error.code());
        }
        let replaying = |cluster: &Cluster| cluster.recovery().is_some_and(|recovery| recovery.server().is_some());
        let over = |cluster: &Cluster| cluster.recovery().is_none_or(|recovery| recovery.outcome().is_some());
        let ended = |cluster: &Cluster| {
            let phase = cluster.recovery().and_then(|recovery| recovery.phase());
            !matches!(phase, Some(pitr_engine::Phase::FetchLog | pitr_engine::Phase::Redo))
        };
        while !replaying(&cluster) {
            cluster.advance_in_bulk(cluster.now() + Micros::DAY, 1);
        }
        let began = clock();
        while !ended(&cluster) {
            cluster.advance_in_bulk(cluster.now() + Micros::DAY, 1);
        }
        let done = clock();
        while !over(&cluster) {
            cluster.advance_in_bulk(cluster.now() + Micros::DAY, 1);
        }
        let recovery = cluster.recovery();
        match (recovery.and_then(|recovery| recovery.outcome()), recovery.and_then(|recovery| recovery.server())) {
            (Some(Ok(report)), Some(server)) => {
                let pages: u64 = server.relations().map(|(_, blocks)| u64::from(blocks)).sum();
                let table_bytes = pages * u64::from(server.page_bytes());
                (Replayed { records: report.records, record_bytes: report.record_bytes, table_bytes }, began, done)
            }
            other => panic!("the load can be recovered: {:?}", other.0),
        }
    }

    /// The log that is replayed, segment by segment.
    pub fn segments(&self) -> impl Iterator<Item = &[u8]> {
        self.cluster.archive().segments().map(|(_, _, archived)| archived.bytes.as_slice())
    }

    /// What reading the log costs at the very least: its checksum, and a copy of it into memory that is there already.
    pub fn bare_pass(&self, copy: &mut [u8]) -> u32 {
        const CASTAGNOLI: crc::Crc<u32, crc::Table<16>> = crc::Crc::<u32, crc::Table<16>>::new(&crc::CRC_32_ISCSI);
        let mut digest = CASTAGNOLI.digest();
        let mut rest = copy;
        for segment in self.segments() {
            digest.update(segment);
            let (now, later) = rest.split_at_mut(segment.len().min(rest.len()));
            now.copy_from_slice(&segment[..now.len()]);
            rest = later;
        }
        digest.finalize()
    }

    /// Bytes of the log, whole segments of it.
    pub fn log_bytes(&self) -> usize {
        self.segments().map(<[u8]>::len).sum()
    }
}

fn write(records: u64) -> Result<Cluster, CommandError> {
    let segment = SegmentSize::new(1 << 20).unwrap_or(SegmentSize::TEACHING);
    let mut settings = Settings { segment, ..Settings::default() };
    // 128 MiB, PostgreSQL's default.
    settings.tuning.buffers = 16_384;
    let begin = settings.date;
    let (mut cluster, _) = Cluster::new(settings, begin);
    let int = |name: &str| Column { name: name.to_owned(), kind: ColumnType::Int };
    let columns = vec![int("id"), int("user_id"), int("amount")];
    let table = || "orders".to_owned();
    cluster.execute("app", &Command::CreateTable { table: table(), columns })?;
    cluster.execute("ops", &Command::Backup { label: "b1".to_owned() })?;
    cluster.advance(begin + Micros::HOUR, u32::MAX);
    let mut random = Random::new(7);
    let mut next = 0_i64;
    let mut written = 0;
    while written < records {
        cluster.execute("app", &Command::Begin)?;
        let batch = (0..ROWS_AT_ONCE).map(|row| {
            let id = next + row;
            vec![Value::Int(id), Value::Int(id % 1000), Value::Int(1 + id % 9)]
        });
        let batch = batch.collect();
        next += ROWS_AT_ONCE;
        cluster.execute("app", &Command::Insert { table: table(), columns: None, rows: batch })?;
        for turn in 0..6 {
            let id = random.between(next - next.min(RECENT_ROWS), next - 1);
            let value = Value::Int(id);
            let filter = Some(Filter::Compare { column: "id".to_owned(), operator: Comparison::Equal, value });
            let plus = Expression::ColumnPlus { column: "amount".to_owned(), plus: 1 };
            let set = vec![Assignment { column: "amount".to_owned(), value: plus }];
            let change = match turn {
                5 => Command::Delete { table: table(), filter },
                _ => Command::Update { table: table(), set, filter },
            };
            cluster.execute("app", &change)?;
        }
        cluster.execute("app", &Command::Commit)?;
        cluster.advance(cluster.now() + Micros::SECOND, u32::MAX);
        written += ROWS_AT_ONCE as u64 + 7;
    }
    cluster.execute("ops", &Command::SwitchSegment)?;
    cluster.advance(cluster.now() + Micros::DAY, u32::MAX);
    cluster.execute("ops", &Command::LosePrimary)?;
    Ok(cluster)
}
