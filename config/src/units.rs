//! Sizes and times as people write them: "64 MiB", "10 s".

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A number of bytes, written with a unit: `512 B`, `64 KiB`, `64 MiB`, `2 GiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size(u64);

impl Size {
    /// A size of `bytes` bytes.
    pub const fn bytes(bytes: u64) -> Size {
        Size(bytes)
    }

    /// A size of `count` times 1,048,576 bytes.
    pub const fn mebibytes(count: u64) -> Size {
        Size(count << 20)
    }

    /// The number of bytes.
    pub const fn as_u64(self) -> u64 {
        self.0
    }

    /// The number of bytes, as large as memory can be addressed.
    pub fn as_usize(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

const SIZES: [(&str, u64); 4] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];
const TIMES: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("min", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Text that is no number with a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAQuantity;

impl FromStr for Size {
    type Err = NotAQuantity;

    fn from_str(text: &str) -> Result<Size, NotAQuantity> {
        parse(text, &SIZES).map(Size)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&show(self.0, &SIZES))
    }
}

/// Reads a time of whole milliseconds: `500 ms`, `10 s`, `5 min`, `72 h`, `30 d`.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, NotAQuantity> {
    parse(text, &TIMES).map(Duration::from_millis)
}

/// Writes a time in the largest unit that divides it.
pub(crate) fn show_duration(time: Duration) -> String {
    show(u64::try_from(time.as_millis()).unwrap_or(u64::MAX), &TIMES)
}

fn parse(text: &str, units: &[(&str, u64)]) -> Result<u64, NotAQuantity> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let factor = units
        .iter()
        .find(|(name, _)| *name == unit.trim_start())
        .ok_or(NotAQuantity)?
        .1;
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(factor))
        .ok_or(NotAQuantity)
}

fn show(amount: u64, units: &[(&str, u64)]) -> String {
    let exact = units
        .iter()
        .find(|(_, factor)| amount != 0 && amount.is_multiple_of(*factor));
    let (name, factor) = exact.or(units.last()).copied().unwrap_or(("", 1));
    format!("{} {name}", amount / factor)
}
