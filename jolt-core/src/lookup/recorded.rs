//! Recorded reads: a file of what an execution looked up, to prove on its own.
//!
//! All numbers are little-endian; `W` is the word size and `n` the number of tables.
//!
//! | bytes | field |
//! |---|---|
//! | 8 | magic, `jltreads` |
//! | 2 | version, 1 |
//! | 1 | `W` in bits: 8, 32 or 64 |
//! | 1 | `n` |
//! | `n` times 1 + length | names of the tables: length, text |
//! | 8 | number of reads |
//! | 1 + `2W/8` for each | the reads, in order: position of the table in the list, index |
//!
//! What a read exposes is not in the file: in an execution it is what the table's kind says
//! ([`Row::well_formed`](instruction_tables::Row::well_formed)). Cycles that look nothing up are left out.
//!
//! A file is untrusted. Reading takes memory in proportion to the reads that are there and kept, whatever
//! the header promises.

#![allow(
    clippy::indexing_slicing,
    reason = "numbers of tables were compared with how many there are"
)]

use super::standalone::{Instance, exposure};
use super::{LookupShape, Reads};
use instruction_tables::tables::{self, Table, TableId};
use instruction_tables::{Row, WordSize};
use std::io::{self, Read, Seek, SeekFrom, Write};

const MAGIC: &[u8; 8] = b"jltreads";
/// Version of the format.
pub const VERSION: u16 = 1;

/// Why a file has no reads to prove.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Another kind of file.
    #[error("not a file of reads: it does not start with the magic bytes")]
    Magic,
    /// A file of another version.
    #[error("reads of version {found}; this is version {VERSION}")]
    Version {
        /// The file's.
        found: u16,
    },
    /// The file ends early.
    #[error("damaged file of reads: it ends in {field}")]
    Truncated {
        /// What it ends in.
        field: &'static str,
    },
    /// The file does not end.
    #[error("damaged file of reads: bytes follow the last of {reads} reads")]
    Trailing {
        /// What the header promises.
        reads: u64,
    },
    /// No word size of this machine.
    #[error("damaged file of reads: words of {found} bits")]
    WordSize {
        /// The file's.
        found: u8,
    },
    /// The tables are not ones of this machine, or not different ones.
    #[error("damaged file of reads: `{name}` is no table of {bits}-bit words, or occurs twice")]
    Table {
        name: String,
        /// The file's word size.
        bits: usize,
    },
    /// A read of a table that the list lacks.
    #[error("damaged file of reads: read {read} is of table {table} of {tables}")]
    Position {
        /// Number of the read.
        read: u64,
        /// The table's position.
        table: u8,
        /// Number of tables.
        tables: usize,
    },
    /// There is nothing to prove.
    #[error("no reads of {wanted} are in it; there are: {found}")]
    NoReads {
        /// What was asked for.
        wanted: String,
        /// The tables that are read, with numbers of reads.
        found: String,
    },
}

/// The word size of so many bits.
fn word_size(bits: u8) -> Result<WordSize, RecordingError> {
    let sizes = [WordSize::W8, WordSize::W32, WordSize::W64];
    let size = sizes.into_iter().find(|size| size.bits() == bits.into());
    size.ok_or(RecordingError::WordSize { found: bits })
}

/// Writes reads to a file.
#[derive(Debug)]
pub struct Recorder<W> {
    output: W,
    /// Where the number of reads belongs.
    count_at: u64,
    index_bytes: usize,
    /// Positions by table.
    positions: [u8; 256],
    reads: u64,
}

impl<W: Write + Seek> Recorder<W> {
    /// Starts a file of reads of tables for this word size.
    ///
    /// # Errors
    /// What writing to `output` returns.
    pub fn new(mut output: W, word: WordSize) -> io::Result<Self> {
        let tables = tables::all(word);
        let start = output.stream_position()?;
        let mut header = MAGIC.to_vec();
        header.extend(VERSION.to_le_bytes());
        header.extend([word.bits() as u8, tables.len() as u8]);
        let mut positions = [Reads::NO_TABLE; 256];
        for (position, (id, table)) in (0u8..).zip(tables) {
            positions[usize::from(id.0)] = position;
            header.push(table.name().len() as u8);
            header.extend(table.name().bytes());
        }
        let count_at = start + header.len() as u64;
        header.extend([0; 8]);
        output.write_all(&header)?;
        Ok(Recorder {
            output,
            count_at,
            index_bytes: 2 * word.bytes(),
            positions,
            reads: 0,
        })
    }

    /// Adds the lookup of a cycle, if its row performs one.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub fn push_cycle(&mut self, row: &Row, index: u128) -> io::Result<()> {
        row.table.map_or(Ok(()), |table| self.push(table, index))
    }

    /// Adds a read.
    ///
    /// # Errors
    /// What writing returns; [`io::ErrorKind::InvalidInput`] for a table or an index that the word size
    /// lacks.
    pub fn push(&mut self, table: TableId, index: u128) -> io::Result<()> {
        let position = self.positions[usize::from(table.0)];
        let bytes = index.to_le_bytes();
        let (low, high) = bytes.split_at(self.index_bytes);
        if position == Reads::NO_TABLE || high.iter().any(|&byte| byte != 0) {
            let what = format!("no read of this word size: {} at {index:#x}", table.name());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        self.output.write_all(&[position])?;
        self.output.write_all(low)?;
        self.reads += 1;
        Ok(())
    }

    /// Reads so far.
    pub fn reads(&self) -> u64 {
        self.reads
    }

    /// Completes the file.
    ///
    /// # Errors
    /// What writing returns.
    pub fn finish(mut self) -> io::Result<W> {
        let end = self.output.stream_position()?;
        self.output.seek(SeekFrom::Start(self.count_at))?;
        self.output.write_all(&self.reads.to_le_bytes())?;
        self.output.seek(SeekFrom::Start(end))?;
        self.output.flush()?;
        Ok(self.output)
    }
}

/// Reads a file of reads, one after the other. `input` should be buffered.
pub struct Recording<R> {
    input: R,
    word: WordSize,
    tables: Vec<&'static dyn Table>,
    reads: u64,
    done: u64,
}

impl<R: Read> Recording<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`RecordingError`] says what the bytes are instead.
    pub fn new(mut input: R) -> Result<Self, RecordingError> {
        let magic: [u8; 8] = bytes(&mut input, "its magic bytes").map_err(|error| match error {
            RecordingError::Truncated { .. } => RecordingError::Magic,
            other => other,
        })?;
        if magic != *MAGIC {
            return Err(RecordingError::Magic);
        }
        let found = u16::from_le_bytes(bytes(&mut input, "its version")?);
        if found != VERSION {
            return Err(RecordingError::Version { found });
        }
        let [bits, count] = bytes(&mut input, "its header")?;
        let word = word_size(bits)?;
        let mut known: Vec<&'static dyn Table> = Vec::new();
        for _ in 0..count {
            let [length] = bytes(&mut input, "its list of tables")?;
            let mut name = vec![0; length.into()];
            fill(&mut input, &mut name, "its list of tables")?;
            let name = String::from_utf8_lossy(&name).into_owned();
            match tables::by_name(word, &name) {
                Some((_, table)) if known.iter().all(|t| t.name() != name) => known.push(table),
                _ => {
                    return Err(RecordingError::Table {
                        name,
                        bits: word.bits(),
                    });
                }
            }
        }
        let reads = u64::from_le_bytes(bytes(&mut input, "its number of reads")?);
        Ok(Recording {
            input,
            word,
            tables: known,
            reads,
            done: 0,
        })
    }

    /// The word size of the machine that ran.
    pub fn word(&self) -> WordSize {
        self.word
    }

    /// The tables that reads may be of, by position.
    pub fn tables(&self) -> &[&'static dyn Table] {
        &self.tables
    }

    /// Number of reads, as promised by the header.
    pub fn len(&self) -> u64 {
        self.reads
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.reads == 0
    }

    /// The next read: position of its table, and index. [`None`] after the last one, at the end of the
    /// input.
    ///
    /// # Errors
    /// [`RecordingError`] if the input ends early, or goes on, or the table does not exist.
    pub fn next_read(&mut self) -> Result<Option<(u8, u128)>, RecordingError> {
        if self.done == self.reads {
            return match self.input.read(&mut [0])? {
                0 => Ok(None),
                _ => Err(RecordingError::Trailing { reads: self.reads }),
            };
        }
        let mut read = [0; 17];
        fill(
            &mut self.input,
            &mut read[..1 + 2 * self.word.bytes()],
            "its reads",
        )?;
        let [table, index @ ..] = read;
        if usize::from(table) >= self.tables.len() {
            return Err(RecordingError::Position {
                read: self.done,
                table,
                tables: self.tables.len(),
            });
        }
        self.done += 1;
        Ok(Some((table, u128::from_le_bytes(index))))
    }
}

fn fill(
    input: &mut impl Read,
    buffer: &mut [u8],
    field: &'static str,
) -> Result<(), RecordingError> {
    input
        .read_exact(buffer)
        .map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => RecordingError::Truncated { field },
            _ => RecordingError::Io(error),
        })
}

fn bytes<const N: usize>(
    input: &mut impl Read,
    field: &'static str,
) -> Result<[u8; N], RecordingError> {
    let mut buffer = [0; N];
    fill(input, &mut buffer, field)?;
    Ok(buffer)
}

/// Which reads of a file to take.
#[derive(Clone, Copy, Debug)]
pub struct Filter<'a> {
    /// Those of one table, by name, or all.
    pub table: Option<&'a str>,
    /// At most so many, the first ones.
    pub limit: usize,
}

/// The lookup instance of a file's reads. Its tables are the one asked for, or those that are read.
///
/// # Errors
/// [`RecordingError`] if the file is no file of reads, or has none that are asked for. All of it is read,
/// whatever is taken.
pub fn load(input: impl Read, filter: Filter<'_>) -> Result<Instance, RecordingError> {
    let mut recording = Recording::new(input)?;
    let mut counts = vec![0u64; recording.tables.len()];
    let mut reads = Reads::default();
    while let Some((table, index)) = recording.next_read()? {
        let place = usize::from(table);
        counts[place] += 1;
        let found = recording.tables[place];
        if filter.table.is_none_or(|name| name == found.name()) && reads.index.len() < filter.limit
        {
            reads.index.push(index);
            reads.table.push(table);
            reads.operands.push(exposure(found));
        }
    }
    if reads.index.is_empty() {
        let named = recording.tables.iter().zip(&counts);
        let found = named.filter(|(_, count)| **count > 0);
        let found: Vec<String> = found.map(|(t, n)| format!("{} ({n})", t.name())).collect();
        return Err(RecordingError::NoReads {
            wanted: filter.table.unwrap_or("any table").to_owned(),
            found: if found.is_empty() {
                "none".to_owned()
            } else {
                found.join(", ")
            },
        });
    }
    // Positions in the file become positions in the shape.
    let mut positions = [Reads::NO_TABLE; 256];
    let mut used = Vec::new();
    for table in &mut reads.table {
        let position = &mut positions[usize::from(*table)];
        if *position == Reads::NO_TABLE {
            *position = used.len() as u8;
            used.push(recording.tables[usize::from(*table)]);
        }
        *table = *position;
    }
    let shape = LookupShape {
        cycle_vars: super::standalone::cycle_vars(reads.index.len()),
        index_bits: 2 * recording.word.bits(),
        tables: used,
    };
    Ok(Instance::new(shape, reads))
}
