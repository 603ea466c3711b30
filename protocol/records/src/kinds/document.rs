//! `docs/records.md`: every kind with its fields, for people. It is written from the descriptions and compared.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{KINDS, TEXT};
use crate::proto_file::meaning;
use crate::schema::{Group, Holds, Kind, SlugRule};

const HEAD: &str = "\
# Records

Written from the descriptions in `protocol/records`, which a test compares. A record stands in a file `kind.slug.json`; how
it becomes bytes is said in section 6 of the [specification](specification.md). Texts are objects by language, as
`{\"en\": \"Cameras\", \"fr\": \"Caméras\"}`: English and French are the official languages, any other may stand beside them.

`audience` is no field of a record: whoever publishes says it. Every record begins with `about`, whose sources differ by id
and whose translations by language; each `source` names one of these sources.
";

fn document() -> String {
    let mut text = HEAD.to_owned();
    let mut parts = BTreeMap::new();
    for kind in KINDS {
        text.push_str(&section(kind));
        collect(&kind.message, &mut parts);
    }
    text.push_str("\n## Parts\n");
    for part in parts.values() {
        let _ = writeln!(text, "\n### {}\n", part.name);
        text.push_str(&table(part));
    }
    text
}

fn section(kind: &Kind) -> String {
    let slug = match kind.slug {
        SlugRule::Own => "always `self`",
        SlugRule::Chosen => "chosen by its author",
        SlugRule::Random => "random, 20 to 32 lower-case letters and digits",
        SlugRule::Topic => "the id of a topic",
        SlugRule::Named => "what the record is about, as in the example",
    };
    let personal = match kind.personal {
        true => " It holds personal data: AMBER at most, and left out of exports unless asked for.",
        false => "",
    };
    let (example, json) = kind.example;
    format!(
        "\n## {name}: {label}\n\nSlug: {slug}.{personal}\n\n{table}{rules}\n<details><summary><code>{name}/{example}</code></summary>\n\n```json\n{json}```\n\n</details>\n",
        name = kind.name,
        label = kind.label.en,
        table = table(&kind.message),
        rules = rules(kind),
    )
}

// What no field says by itself.
fn rules(kind: &Kind) -> String {
    let lines = kind.rules.iter().map(|rule| format!("- {}\n", rule.says));
    match lines.len() {
        0 => String::new(),
        _ => format!("\nBeyond its fields:\n\n{}", lines.collect::<String>()),
    }
}

fn table(group: &Group) -> String {
    let mut text = "| field | what it holds |\n| --- | --- |\n".to_owned();
    for field in group.fields {
        let _ = writeln!(text, "| `{}` | {} |", field.name, meaning(field));
    }
    text
}

fn collect(group: &'static Group, parts: &mut BTreeMap<&str, &'static Group>) {
    for field in group.fields {
        if let Holds::Part(part) = field.holds
            && part.name != TEXT.name
        {
            parts.insert(part.name, part);
            collect(part, parts);
        }
    }
}

#[test]
fn the_document_says_what_the_descriptions_say() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/records.md");
    if std::env::var("LIAISON_BLESS").is_ok_and(|value| value == "1") {
        std::fs::write(&path, document()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == document(),
        "docs/records.md differs; LIAISON_BLESS=1 writes it anew"
    );
}
