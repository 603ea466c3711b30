//! Records as one file, written as they come: JSON, a JSON object a line, or YAML.

use std::io::Write as _;

use serde_json::json;

use super::records::{Exported, LeftOut, Records};
use super::{Done, Export, Format};
use crate::commands::target::Target;
use crate::failure::Failure;

/// Writes all records.
pub(super) async fn write(records: &mut Records<'_>, export: &Export, format: Format) -> Result<(), Failure> {
    let mut target = Target::new(export.output.as_deref(), export.force, export.readers())?;
    let mut count = 0;
    while let Some(record) = records.next().await? {
        let text = item(format, &record, count == 0)?;
        target
            .write_all(text.as_bytes())
            .map_err(|error| target.failed(&error))?;
        count += 1;
    }
    let end = end(format, records.left_out, count == 0);
    target
        .write_all(end.as_bytes())
        .map_err(|error| target.failed(&error))?;
    target.finish()?;
    let done = Done {
        file: export.output.as_deref(),
        folder: None,
        records: count,
        unchanged: None,
        left_out: records.left_out,
    };
    export.answer(records.session, &done)
}

// One record with what stands before it.
fn item(format: Format, record: &Exported, is_first: bool) -> Result<String, Failure> {
    let failed = |cause: &dyn std::fmt::Display| {
        Failure::refused(format!("{} cannot be written: {cause}", record.reference))
    };
    if format == Format::Yaml {
        let begin = if is_first { "records:\n" } else { "" };
        return Ok(format!(
            "{begin}{}",
            yaml(&[record]).map_err(|cause| failed(&cause))?
        ));
    }
    let line = serde_json::to_string(record).map_err(|cause| failed(&cause))?;
    Ok(match (format, is_first) {
        (Format::Jsonl, _) => format!("{line}\n"),
        (_, true) => format!("{{\"records\":[\n{line}"),
        (_, false) => format!(",\n{line}"),
    })
}

fn end(format: Format, left_out: LeftOut, is_empty: bool) -> String {
    let left_out = json!(left_out);
    match (format, is_empty) {
        (Format::Jsonl, _) => String::new(),
        (Format::Yaml, true) => format!("records: []\nleft_out: {left_out}\n"),
        // JSON is YAML.
        (Format::Yaml, false) => format!("left_out: {left_out}\n"),
        (_, true) => format!("{{\"records\":[],\"left_out\":{left_out}}}\n"),
        (_, false) => format!("\n],\"left_out\":{left_out}}}\n"),
    }
}

/// Writes YAML that reads back as what it was, by version 1.2 and 1.1: text that looks like anything else is quoted.
pub(super) fn yaml(value: &impl serde::Serialize) -> Result<String, String> {
    let mut text = serde_saphyr::to_string(value).map_err(|cause| cause.to_string())?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use liaison_records::json::Strict;
    use liaison_records::sample;
    use serde_json::Value;

    use super::*;

    fn read(text: &str) -> Value {
        let options = serde_saphyr::options! { strict_booleans: true };
        let read: Result<Strict, _> = serde_saphyr::from_slice_with_options(text.as_bytes(), options);
        read.unwrap_or_else(|cause| panic!("{cause}: {text}")).0
    }

    #[test]
    fn yaml_reads_back_as_what_was_written() {
        let hostile = json!({
            "NO": ["no", "NO", "y", "null", "~", "", " ", "1", "1.42", "0x1f", "1e3", ".inf", "2024-01-01", "12:30:45"],
            "a: b": ["- x", "? x", "# x", "x # y", "&a", "*a", "!!str x", "%x", "@x", "`x`", "{x}", "[x]", "'", "\""],
            "lines": ["a\nb", "a\n\nb\n", " a\n b", "a\r\nb", "\ta", "a ", "\u{85}\u{2028}\u{feff}", "\u{1f600}", "---", "..."],
            "numbers": [0, -1, 1.5, 1e-9, 9007199254740991_i64, true, false],
            "empty": [{}, [], [[]], {"": ""}],
            "long": "word ".repeat(500),
        });
        let text = yaml(&hostile).unwrap();
        assert_eq!(read(&text), hostile);
        // By version 1.1 it is a way to say false.
        assert!(text.contains("\"NO\"") && !text.contains("- NO\n"), "{text}");
        for code in sample::states().chain(["COE"]) {
            let records = if code == "COE" {
                sample::of_secretariat()
            } else {
                sample::of_state(code)
            };
            for record in records {
                let text = yaml(&record.content).unwrap();
                assert_eq!(read(&text), record.content, "{code}/{}", record.name);
            }
        }
    }

    #[test]
    fn an_empty_export_is_whole() {
        let json = end(Format::Json, LeftOut::default(), true);
        let expected = json!({"records": [], "left_out": {"personal": 0, "not_held": 0, "unreadable": 0}});
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), expected);
        assert_eq!(read(&end(Format::Yaml, LeftOut::default(), true)), expected);
        assert_eq!(end(Format::Jsonl, LeftOut::default(), true), "");
    }
}
