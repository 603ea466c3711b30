//! Tables as files: comma-separated values, or a spreadsheet. What records say is text in them and never a formula.

use std::io;
use std::path::Path;

use clap::ValueEnum;
use liaison_records::table::Cell;
use rust_xlsxwriter::{Workbook, XlsxError};

use super::target::Target;
use crate::failure::Failure;

/// UTF-16 units that a cell of a spreadsheet holds.
const CELL_MAX: usize = 32_767;

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SheetFormat {
    /// Comma-separated values (RFC 4180, UTF-8).
    Csv,
    /// A spreadsheet.
    Xlsx,
}

impl SheetFormat {
    /// What the name of a file ends in, if it is one of them.
    pub(super) fn named_by(path: &Path) -> Option<SheetFormat> {
        match path.extension()?.to_str()? {
            "csv" => Some(SheetFormat::Csv),
            "xlsx" => Some(SheetFormat::Xlsx),
            _ => None,
        }
    }
}

/// A table that is written row by row.
pub(super) enum Sheet {
    Csv(Box<csv::Writer<Target>>),
    Xlsx {
        workbook: Box<Workbook>,
        rows: u32,
        target: Target,
    },
}

impl Sheet {
    pub(super) fn new(format: SheetFormat, target: Target) -> Result<Sheet, Failure> {
        Ok(match format {
            SheetFormat::Csv => {
                let mut writer = csv::WriterBuilder::new();
                // Rows that lack a cell would be read as something else.
                writer.flexible(false).terminator(csv::Terminator::CRLF);
                Sheet::Csv(Box::new(writer.from_writer(target)))
            }
            SheetFormat::Xlsx => {
                let mut workbook = Workbook::new();
                let sheet = workbook.add_worksheet();
                sheet.set_freeze_panes(1, 0).map_err(unwritable)?;
                Sheet::Xlsx {
                    workbook: Box::new(workbook),
                    rows: 0,
                    target,
                }
            }
        })
    }

    /// Adds a row; the first one says what the columns are.
    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        match self {
            Sheet::Csv(writer) => {
                let row = cells.iter().map(in_csv);
                writer
                    .write_record(row)
                    .map_err(|cause| Failure::refused(format!("the table cannot be written: {cause}")))
            }
            Sheet::Xlsx { workbook, rows, .. } => {
                let sheet = workbook.worksheet_from_index(0).map_err(unwritable)?;
                for (column, cell) in cells.iter().enumerate() {
                    let column =
                        u16::try_from(column).map_err(|_| unwritable(XlsxError::RowColumnLimitError))?;
                    match cell {
                        Cell::Empty => continue,
                        Cell::Text(text) => sheet.write_string(*rows, column, in_cell(text)),
                        Cell::Number(number) => {
                            sheet.write_number(*rows, column, number.as_f64().unwrap_or_default())
                        }
                    }
                    .map_err(unwritable)?;
                }
                *rows += 1;
                Ok(())
            }
        }
    }

    /// Puts the file in its place.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let target = match self {
            Sheet::Csv(writer) => writer
                .into_inner()
                .map_err(|cause| Failure::refused(format!("the table cannot be written: {cause}")))?,
            Sheet::Xlsx {
                mut workbook,
                mut target,
                ..
            } => {
                let bytes = workbook.save_to_buffer().map_err(unwritable)?;
                io::Write::write_all(&mut target, &bytes).map_err(|error| target.failed(&error))?;
                target
            }
        };
        target.finish()
    }
}

fn unwritable(cause: XlsxError) -> Failure {
    match cause {
        XlsxError::RowColumnLimitError => {
            Failure::refused("it is more than a spreadsheet holds; select fewer records, or take -f csv")
        }
        cause => Failure::refused(format!("the spreadsheet cannot be written: {cause}")),
    }
}

// Programs that open such a file take text that begins like this for a formula, which could reach out to the network
// or to other cells. An apostrophe in front makes text of it.
fn in_csv(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Number(number) => number.to_string(),
        Cell::Text(text) => {
            let text = plain(text);
            let begins = text.trim_start().chars().next();
            let is_formula = begins.is_some_and(|first| "=+-@＝＋－＠".contains(first));
            if is_formula || text.starts_with(['\t', '\n']) {
                format!("'{text}")
            } else {
                text
            }
        }
    }
}

// A spreadsheet says of each cell that it is text.
fn in_cell(text: &str) -> String {
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units < CELL_MAX
    };
    let text = plain(text);
    let cut: String = text.chars().take_while(fits).collect();
    if cut.len() == text.len() {
        text
    } else {
        format!("{cut}…")
    }
}

// Control characters show nothing and break some readers.
fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let is_odd = |c: char| (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.replace(is_odd, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, Xlsx, open_workbook};

    use super::*;
    use crate::files::Readers;

    fn hostile() -> Vec<Vec<Cell>> {
        let texts = [
            "=HYPERLINK(\"http://a\")",
            "+1",
            "-1",
            "@SUM(A1)",
            " =1",
            "\t=1",
            "＝1",
            "a,b;\"c\"",
            "one\r\ntwo",
            "nul\u{0}\u{1b}\u{ffff}",
            "",
        ];
        let mut rows: Vec<Vec<Cell>> = texts.map(|text| vec![Cell::text(text), Cell::Empty]).into();
        let number = |text: &str| Cell::Number(serde_json::from_str(text).unwrap());
        rows.push(vec![number("-1.5"), number("9007199254740991")]);
        rows.push(vec![
            Cell::text("é".repeat(40_000)),
            Cell::text("\u{1f600}".repeat(20_000)),
        ]);
        rows
    }

    fn written(format: SheetFormat, rows: &[Vec<Cell>]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table");
        let target = Target::new(Some(&path), false, Readers::All).unwrap();
        let mut sheet = Sheet::new(format, target).unwrap();
        rows.iter().for_each(|row| sheet.row(row).unwrap());
        sheet.finish().unwrap();
        (folder, path)
    }

    #[test]
    fn no_cell_of_comma_separated_values_is_a_formula() {
        let (_folder, path) = written(SheetFormat::Csv, &hostile());
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader.has_headers(false).from_path(&path).unwrap();
        let first: Vec<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
        assert_eq!(
            first[..12],
            [
                "'=HYPERLINK(\"http://a\")",
                "'+1",
                "'-1",
                "'@SUM(A1)",
                "' =1",
                "'\t=1",
                "'＝1",
                "a,b;\"c\"",
                "one\ntwo",
                "nul\u{fffd}\u{fffd}\u{fffd}",
                "",
                "-1.5",
            ]
        );
    }

    #[test]
    fn cells_of_a_spreadsheet_are_text_or_numbers() {
        let (_folder, path) = written(SheetFormat::Xlsx, &hostile());
        let mut workbook: Xlsx<_> = open_workbook(&path).unwrap();
        let range = workbook.worksheet_range("Sheet1").unwrap();
        let formulas = workbook.worksheet_formula("Sheet1").unwrap();
        assert!(formulas.cells().all(|(.., formula)| formula.is_empty()));
        let at = |row, column| range.get_value((row, column)).cloned().unwrap_or_default();
        assert_eq!(at(0, 0), Data::String("=HYPERLINK(\"http://a\")".to_owned()));
        assert_eq!(at(2, 0), Data::String("-1".to_owned()));
        assert_eq!(at(8, 0), Data::String("one\ntwo".to_owned()));
        assert_eq!(
            (at(11, 0), at(11, 1)),
            (Data::Float(-1.5), Data::Float(9007199254740991.0))
        );
        let Data::String(cut) = at(12, 1) else {
            panic!("{:?}", at(12, 1));
        };
        assert!(cut.ends_with('…') && cut.encode_utf16().count() <= CELL_MAX);
    }

    #[test]
    fn a_table_that_is_too_wide_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let target = Target::new(Some(&folder.path().join("t")), false, Readers::All).unwrap();
        let mut sheet = Sheet::new(SheetFormat::Xlsx, target).unwrap();
        let refused = sheet.row(&vec![Cell::text("x"); 20_000]).unwrap_err();
        assert!(refused.to_string().contains("-f csv"), "{refused}");
    }
}
