//! The analyses over the sample records of all States, and over a few that are made for a case.

use liaison_protocol::{Code, Hash, Origin};
use liaison_records::sample;
use serde_json::json;

use super::*;

fn origin(code: &str) -> Origin {
    let network = Hash::of(b"network");
    let code: Code = code.parse().unwrap();
    Origin::new("policenet.example", &network, &code, 1).unwrap()
}

fn source(code: &str, index: u64, name: &str, value: Value) -> Source {
    let rests_on = RestsOn {
        reference: format!("{code}/{name}"),
        origin: origin(code),
        index,
        change: 0,
        digest: Hash::of(value.to_string().as_bytes()),
        disputed: false,
        content: Content::Read,
    };
    Source {
        authority: code.parse().unwrap(),
        record: name.parse().unwrap(),
        rests_on,
        value: Some(value),
    }
}

fn sample_of(code: &str) -> Vec<Source> {
    let records = match code {
        "COE" => sample::of_secretariat(),
        code => sample::of_state(code),
    };
    let sources = (2..).zip(records);
    sources
        .map(|(index, record)| source(code, index, &record.name, record.content))
        .collect()
}

fn everybody() -> Vec<Source> {
    sample::states().chain(["COE"]).flat_map(sample_of).collect()
}

fn checkpoints(sources: &[Source]) -> Vec<Position> {
    let mut codes: Vec<&str> = sources.iter().map(|source| source.authority.as_str()).collect();
    codes.dedup();
    let position = |code: &str| Position {
        origin: origin(code),
        size: 100,
        root: Hash::of(code.as_bytes()),
    };
    codes.into_iter().map(position).collect()
}

fn question(name: &str, parameters: &[(&str, &str)]) -> Result<Question, QuestionError> {
    let given = parameters
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()));
    Question::new(name, given.collect())
}

fn ask(name: &str, parameters: &[(&str, &str)], sources: &[Source]) -> Outcome {
    analyse(
        &question(name, parameters).unwrap(),
        &checkpoints(sources),
        sources,
    )
    .unwrap()
}

fn rows_of<'o>(outcome: &'o Outcome, code: &str) -> Vec<&'o [Value]> {
    let rows = outcome.rows.iter().filter(|row| row[0] == code);
    rows.map(Vec::as_slice).collect()
}

const COMPLAINTS: (&str, &str) = ("indicator", "complaints-received");

#[test]
fn a_rate_is_per_inhabitants_of_the_nearest_year_and_missing_where_that_is_far() {
    let all = everybody();
    let outcome = ask("rate", &[COMPLAINTS], &all);
    assert_eq!(outcome.columns[4], "inhabitants");
    let portugal = rows_of(&outcome, "PT");
    let last = portugal
        .iter()
        .find(|row| row[1].is_null() && row[2] == "2024")
        .unwrap();
    // 1,511 × 100,000 / 10,694,681 = 14.1285…
    assert_eq!(
        last[3..7],
        [json!(1511), json!(10_694_681), json!("2024"), json!(14.13)]
    );
    let early = portugal.iter().find(|row| row[2] == "2014").unwrap();
    assert_eq!(early[3..7], [json!(711), Value::Null, Value::Null, Value::Null]);
    let broken_down = portugal.iter().filter(|row| !row[1].is_null());
    assert_eq!(broken_down.count(), 4);
    // States without a figure are named, and have no row.
    assert_eq!(outcome.silent.len(), 41);
    assert!(outcome.silent.contains(&"FR".parse().unwrap()) && rows_of(&outcome, "FR").is_empty());
    let rests_on = outcome.entries.iter().map(|entry| entry.reference.as_str());
    let of_portugal: Vec<&str> = rests_on
        .filter(|reference| reference.starts_with("PT/"))
        .collect();
    assert_eq!(
        of_portugal,
        [
            "PT/authority/self",
            "PT/series/complaints-received",
            "PT/series/population"
        ]
    );
    assert_eq!(outcome.checkpoints.len(), 47);
}

#[test]
fn a_rate_per_officers_needs_their_number() {
    let all = everybody();
    let asked = [COMPLAINTS, ("per", "officers"), ("authority", "DK,PT")];
    let outcome = ask("rate", &asked, &all);
    // 2,100 × 100,000 / 10,822 of October 2011, which is as near as January 2015 and earlier.
    assert_eq!(
        rows_of(&outcome, "DK")[0][4..7],
        [json!(10_822), json!("2011-10"), json!(19_404.92)]
    );
    assert!(rows_of(&outcome, "PT").iter().all(|row| row[6].is_null()));
    assert_eq!(outcome.silent, []);
}

#[test]
fn there_is_no_rate_of_a_rate() {
    let all = everybody();
    for indicator in ["prison-rate", "trust-police", "npm-named"] {
        let question = question("rate", &[("indicator", indicator)]).unwrap();
        let refused = analyse(&question, &checkpoints(&all), &all);
        assert!(matches!(refused, Err(AnalyseError::Senseless(_))), "{indicator}");
    }
}

#[test]
fn a_change_is_against_the_figure_before_of_the_same_kind() {
    let all = everybody();
    let portugal = ask("change", &[COMPLAINTS, ("authority", "PT")], &all);
    let totals: Vec<_> = portugal.rows.iter().filter(|row| row[1].is_null()).collect();
    assert_eq!(
        totals[0][2..7],
        [json!("2014"), json!(711), Value::Null, Value::Null, Value::Null]
    );
    assert_eq!(
        totals[1][2..7],
        [json!("2015"), json!(717), json!("2014"), json!(6), json!(0.84)]
    );
    assert_eq!(
        totals[9][2..7],
        [json!("2023"), json!(1436), json!("2022"), json!(0), json!(0)]
    );
    let turkey = ask(
        "change",
        &[("indicator", "echr-violations"), ("authority", "TR")],
        &all,
    );
    let since: Vec<&Value> = turkey.rows.iter().map(|row| &row[4]).collect();
    // 1959 to 2019 is nothing that a year changes against.
    assert_eq!(since, [&Value::Null, &Value::Null, &json!("2021")]);
}

#[test]
fn median_and_quartiles_are_those_of_the_sorted_figures() {
    let mut all = everybody();
    let asked = [("indicator", "prison-rate"), ("period", "2018")];
    let outcome = ask("distribution", &asked, &all);
    // Counted by hand: 44 States with a total of 2018.
    assert_eq!(
        outcome.rows,
        [[
            json!("2018"),
            json!(44),
            json!(0),
            json!(78),
            json!(115),
            json!(185.75)
        ]]
    );
    let warned = outcome
        .remarks
        .iter()
        .find(|remark| remark.reference == "COE/indicator/prison-rate");
    assert!(warned.unwrap().caution["en"].contains("do not compare across sources"));

    let turkey = all
        .iter_mut()
        .find(|source| source.rests_on.reference == "TR/series/prison-rate")
        .unwrap();
    turkey.value.as_mut().unwrap()["about"]["comparable"] = false.into();
    let without = ask("distribution", &asked, &all);
    assert_eq!(without.rows[0][1..3], [json!(43), json!(1)]);
    assert!(
        without
            .remarks
            .iter()
            .any(|remark| remark.comparable == Some(false))
    );
    let few = ask("distribution", &[COMPLAINTS, ("period", "2023")], &all);
    assert_eq!(
        few.rows,
        [[
            json!("2023"),
            json!(2),
            json!(0),
            Value::Null,
            json!(889),
            Value::Null
        ]]
    );
}

#[test]
fn a_matrix_has_each_provision_of_the_catalogue_and_null_where_nothing_is_said() {
    let mut all = everybody();
    let status = |provision: &str, status: &str| json!({"about": {"language": "en"}, "provision": provision, "status": status});
    all.push(source(
        "FR",
        90,
        "implementation/coe-cpe:61",
        status("coe-cpe:61", "implemented"),
    ));
    all.push(source(
        "FR",
        91,
        "implementation/echr-3",
        status("echr-3", "implemented"),
    ));
    all.push(source(
        "PT",
        92,
        "implementation/coe-cpe:x",
        status("coe-cpe:x", "planned"),
    ));
    all.sort_by_key(|source| source.authority.clone());
    let outcome = ask("matrix", &[("standard", "coe-cpe"), ("authority", "PT,FR")], &all);
    assert_eq!(outcome.columns, ["provision", "title", "FR", "PT"]);
    assert_eq!(outcome.rows.len(), 79);
    let row = |id: &str| &outcome.rows.iter().find(|row| row[0] == id).unwrap()[2..];
    assert_eq!(row("coe-cpe:61"), [json!("implemented"), json!("partly")]);
    assert_eq!(row("coe-cpe:19"), [Value::Null, json!("partly")]);
    assert_eq!(row("coe-cpe:46"), [Value::Null, Value::Null]);
    assert_eq!(
        outcome.rows[78],
        [json!("coe-cpe:x"), Value::Null, Value::Null, json!("planned")]
    );
    assert_eq!(outcome.entries.len(), 5);
    let every = ask("matrix", &[("standard", "COE/standard/coe-cpe")], &all);
    assert_eq!((every.columns.len(), every.silent.len()), (48, 40));
}

#[test]
fn findings_count_by_the_status_of_the_response() {
    let finding = |date: &str, status: Value| json!({"about": {"language": "en"}, "date": date, "response_status": status});
    let all = [
        source("DE", 2, "authority/self", json!({})),
        source("FR", 2, "finding/a", finding("2023-04", json!("accepted"))),
        source("FR", 3, "finding/b", finding("2024-06-14", json!("accepted"))),
        source("FR", 4, "finding/c", finding("2024", Value::Null)),
    ];
    let outcome = ask("findings", &[("period", "2024")], &all);
    assert_eq!(outcome.rows.len(), 1);
    assert_eq!(
        outcome.rows[0][..5],
        [json!("FR"), json!(2), json!(1), json!(0), json!(1)]
    );
    assert_eq!(outcome.silent, ["DE".parse().unwrap()]);
}

#[test]
fn a_funnel_puts_the_steps_beside_each_other() {
    let step = |number: u64| json!({"about": {"language": "en"}, "funnel": {"funnel": "complaints", "step": number}});
    let series =
        |of: &str, values: Value| json!({"indicator": format!("COE/indicator/{of}"), "values": values});
    let all = [
        source("COE", 2, "indicator/upheld", step(3)),
        source("COE", 3, "indicator/received", step(1)),
        source("COE", 4, "indicator/trust", json!({})),
        source(
            "FR",
            2,
            "series/received",
            series("received", json!([{"period": "2023", "value": 300}])),
        ),
        source(
            "FR",
            3,
            "series/trust",
            series("trust", json!([{"period": "2023", "value": 1}])),
        ),
        source(
            "FR",
            4,
            "series/upheld",
            series(
                "upheld",
                json!([{"period": "2023", "value": 20}, {"period": "2024", "value": 5}]),
            ),
        ),
    ];
    let outcome = ask("funnel", &[], &all);
    assert_eq!(
        outcome.columns,
        [
            "authority",
            "breakdown",
            "period",
            "received",
            "upheld",
            "upheld_percent"
        ]
    );
    assert_eq!(
        outcome.rows[0][2..],
        [json!("2023"), json!(300), json!(20), json!(6.67)]
    );
    assert_eq!(
        outcome.rows[1][2..],
        [json!("2024"), Value::Null, json!(5), Value::Null]
    );
    // Neither the other indicator nor its series.
    assert_eq!(outcome.entries.len(), 4);
    let none = question("funnel", &[("funnel", "custody")]).unwrap();
    assert!(matches!(
        analyse(&none, &[], &all),
        Err(AnalyseError::NotFound(_))
    ));
}

#[test]
fn coverage_counts_what_stands_and_says_null_where_nothing_does() {
    let all = everybody();
    let outcome = ask("coverage", &[], &all);
    assert_eq!(outcome.rows.len(), 46);
    let of = |kind: &str| outcome.columns.iter().position(|column| column == kind).unwrap();
    let france = rows_of(&outcome, "FR")[0];
    assert_eq!(
        (&france[of("authority")], &france[of("finding")]),
        (&json!(1), &Value::Null)
    );
    let series = ask("coverage", &[("kind", "series"), ("authority", "PT,FR")], &all);
    let complaints = series
        .columns
        .iter()
        .position(|column| column == "complaints-received")
        .unwrap();
    assert_eq!(rows_of(&series, "PT")[0][complaints], json!(15));
    assert_eq!(rows_of(&series, "FR")[0][complaints], Value::Null);
}

#[test]
fn the_order_of_the_records_changes_no_byte() {
    let mut all = everybody();
    let checkpoints = checkpoints(&all);
    for (name, parameters) in [
        ("rate", &[COMPLAINTS][..]),
        ("change", &[COMPLAINTS]),
        ("distribution", &[("indicator", "prison-rate")]),
        ("coverage", &[]),
    ] {
        let question = question(name, parameters).unwrap();
        let bytes = analyse(&question, &checkpoints, &all)
            .unwrap()
            .to_bytes()
            .unwrap();
        all.reverse();
        assert_eq!(
            analyse(&question, &checkpoints, &all)
                .unwrap()
                .to_bytes()
                .unwrap(),
            bytes,
            "{name}"
        );
    }
}

fn manifest(sources: &[Source], checkpoints: &[Position]) -> (Manifest, Vec<u8>) {
    let question = question("change", &[COMPLAINTS, ("authority", "FI,PT")]).unwrap();
    let outcome = analyse(&question, checkpoints, sources).unwrap();
    let bytes = outcome.to_bytes().unwrap();
    let manifest = Manifest {
        question,
        checkpoints: checkpoints.to_vec(),
        entries: outcome.entries,
        outcome: Hash::of(&bytes),
    };
    (manifest, bytes)
}

#[test]
fn what_was_not_read_the_first_time_is_not_read_again() {
    let mut all = everybody();
    let checkpoints = checkpoints(&all);
    let of_finland = "FI/series/complaints-received";
    let finland = all
        .iter_mut()
        .find(|source| source.rests_on.reference == of_finland)
        .unwrap();
    let held = finland.clone();
    finland.rests_on.content = Content::NotHeld;
    finland.value = None;
    let (manifest, bytes) = manifest(&all, &checkpoints);
    let outcome: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(
        outcome["unread"],
        json!([{"reference": of_finland, "content": "not-held"}])
    );
    assert_eq!(outcome["silent"], json!(["FI"]));
    assert_eq!(replay(&manifest, all.clone()).unwrap(), bytes);
    let finland = all
        .iter_mut()
        .find(|source| source.rests_on.reference == of_finland)
        .unwrap();
    *finland = held;
    assert_eq!(replay(&manifest, all).unwrap(), bytes);
}

#[test]
fn a_replay_says_what_is_not_as_it_was() {
    let all = everybody();
    let checkpoints = checkpoints(&all);
    let (given, bytes) = manifest(&all, &checkpoints);
    assert_eq!(replay(&given, all.clone()).unwrap(), bytes);
    let of_portugal = "PT/series/complaints-received";
    let with = |change: &dyn Fn(&mut Source)| {
        let mut other = all.clone();
        let source = other
            .iter_mut()
            .find(|source| source.rests_on.reference == of_portugal);
        change(source.unwrap());
        replay(&given, other).unwrap_err().to_string()
    };
    let unread = with(&|source| {
        source.rests_on.content = Content::Erased;
        source.value = None;
    });
    assert!(
        unread.contains(of_portugal) && unread.contains("erased since"),
        "{unread}"
    );
    let other = with(&|source| source.rests_on.index += 1);
    assert!(other.contains("another change stood then"), "{other}");
    let disputed = with(&|source| source.rests_on.disputed = true);
    assert!(disputed.contains("compromised"), "{disputed}");
    let differs = with(&|source| source.value.as_mut().unwrap()["values"][0]["value"] = 1.into());
    assert!(differs.contains("another outcome"), "{differs}");

    let without = all
        .iter()
        .filter(|source| source.rests_on.reference != of_portugal);
    let error = replay(&given, without.cloned().collect()).unwrap_err();
    assert!(error.to_string().contains("no such record stood then"), "{error}");
    let mut fewer = given.clone();
    fewer.entries.retain(|entry| entry.reference != of_portugal);
    let error = replay(&fewer, all.clone()).unwrap_err();
    assert!(error.to_string().contains("it is not named there"), "{error}");
}

#[test]
fn a_question_that_makes_no_sense_is_refused_by_name() {
    for (name, parameters, told) in [
        (
            "ranking",
            &[][..],
            "there is no analysis ‘ranking’; there are rate, change",
        ),
        ("rate", &[], "indicator: it is needed for rate"),
        ("rate", &[("indicator", "../x")], "indicator: an id"),
        ("rate", &[("indicator", "COE/standard/x")], "indicator: an id"),
        ("rate", &[COMPLAINTS, ("per", "dogs")], "per: "),
        (
            "rate",
            &[COMPLAINTS, ("standard", "echr-3")],
            "rate takes no ‘standard’; it takes authority",
        ),
        ("change", &[COMPLAINTS, ("period", "2023/2019")], "period: "),
        ("change", &[COMPLAINTS, ("authority", "FR,pt")], "authority: "),
        ("coverage", &[("kind", "serie")], "the nearest is ‘series’"),
    ] {
        let error = question(name, parameters).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn two_catalogues_of_one_id_are_told_apart_by_their_authority() {
    let indicator = |unit: &str| json!({"about": {"language": "en"}, "unit": unit});
    let all = [
        source("COE", 2, "indicator/a", indicator("cases")),
        source("FR", 3, "indicator/a", indicator("cases")),
        source(
            "FR",
            4,
            "series/a",
            json!({"indicator": "FR/indicator/a", "values": [{"period": "2023", "value": 1}]}),
        ),
    ];
    let unclear = question("change", &[("indicator", "a")]).unwrap();
    let error = analyse(&unclear, &checkpoints(&all), &all)
        .unwrap_err()
        .to_string();
    assert!(error.contains("COE/indicator/a, FR/indicator/a"), "{error}");
    assert_eq!(
        ask("change", &[("indicator", "FR/indicator/a")], &all).rows.len(),
        1
    );
    assert_eq!(
        ask("change", &[("indicator", "COE/indicator/a")], &all)
            .rows
            .len(),
        0
    );
}
