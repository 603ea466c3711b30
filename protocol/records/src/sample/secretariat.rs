//! The secretariat's page, the catalogues, and the network's own meetings.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::build::{about, both, breakdown, set, slug, text, year};
use super::{INDICATORS, NETWORK, STANDARDS, SampleRecord, parse, record};

/// The secretariat's records.
pub(super) fn records() -> Vec<SampleRecord> {
    let network = parse(NETWORK);
    let mut records = vec![own_page(&network["network"]), launched(&network["network"])];
    records.extend(items(&parse(STANDARDS)["standards"]).map(standard));
    records.extend(items(&parse(INDICATORS)["indicators"]).map(indicator));
    records.extend(items(&network["meetings"]).map(event));
    records
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn own_page(network: &Value) -> SampleRecord {
    let secretariat = &network["secretariat"];
    let mut page =
        json!({ "name": both(network, "name"), "official_name": both(secretariat, "directorate_general") });
    let said = |tag: &str| -> String {
        let sentences = items(&network["mandate"]).filter_map(|item| item[tag].as_str());
        sentences.collect::<Vec<_>>().join("\n")
    };
    page["mandate"] = json!({ "en": said("en"), "fr": said("fr") });
    set(&mut page, "website", secretariat["source"].clone());
    page["about"] = about(&page, &Value::Null);
    record("authority", "self", page)
}

fn launched(network: &Value) -> SampleRecord {
    let created = &network["created"];
    let mut notice = json!({
        "title": { "en": "The network was launched", "fr": "Le réseau a été lancé" },
        "text": { "en": format!(
            "{}: launched in {} at the {}.",
            network["name_en"].as_str().unwrap_or_default(),
            created["place"].as_str().unwrap_or_default(),
            created["at"].as_str().unwrap_or_default(),
        ) },
    });
    with_links(&mut notice, created);
    record("notice", "network-launched", notice)
}

fn standard(standard: &Value) -> SampleRecord {
    let mut content = json!({ "title": both(standard, "title"), "body": { "en": standard["body"] } });
    for name in ["kind", "binding", "reference"] {
        set(&mut content, name, standard[name].clone());
    }
    set(&mut content, "adopted", year(&standard["year"]));
    set(
        &mut content,
        "provisions",
        items(&standard["provisions"]).map(provision).collect(),
    );
    set(&mut content, "note", text([("en", &standard["note"])]));
    content["about"] = about(&content, &Value::Null);
    if let Some(title) = standard["source"].as_str() {
        content["source"] = "s1".into();
        content["about"]["sources"] = json!([{ "id": "s1", "title": title }]);
    }
    let themes =
        items(&standard["themes"]).filter(|theme| theme.as_str().and_then(crate::topics::topic).is_some());
    set(&mut content["about"], "topics", themes.cloned().collect());
    record("standard", standard["id"].as_str().unwrap_or_default(), content)
}

fn provision(listed: &Value) -> Value {
    let title = text([("en", &listed["short_title"]), ("fr", &listed["short_title_fr"])]);
    let mut provision = json!({ "id": listed["id"], "title": title });
    for name in ["level", "parent", "paragraphs"] {
        set(&mut provision, name, listed[name].clone());
    }
    provision
}

fn indicator(indicator: &Value) -> SampleRecord {
    let mut content = json!({
        "name": both(indicator, "name"),
        "definition": { "en": indicator["definition"] },
        "unit": indicator["unit"],
        "group": indicator["group"],
    });
    let dimensions = items(&indicator["values"]).filter_map(breakdown);
    let breakdowns: BTreeMap<String, &str> =
        dimensions.map(|dimension| (slug(dimension), dimension)).collect();
    let breakdowns = breakdowns
        .into_iter()
        .map(|(id, name)| json!({ "id": id, "name": { "und": name } }));
    set(&mut content, "breakdowns", breakdowns.collect());
    set(&mut content, "caution", text([("en", &indicator["caution"])]));
    content["about"] = about(&content, &Value::Null);
    record("indicator", indicator["id"].as_str().unwrap_or_default(), content)
}

fn event(meeting: &Value) -> SampleRecord {
    let kind = match meeting["kind"].as_str() {
        Some(kind) if kind.contains("conference") => "conference",
        _ => "meeting",
    };
    let mut content = json!({
        "title": both(meeting, "title"),
        "kind": kind,
        "first_day": meeting["date_start"],
        "place": { "en": meeting["place"] },
    });
    set(&mut content, "last_day", meeting["date_end"].clone());
    set(&mut content, "outcome", both(meeting, "outcome"));
    set(
        &mut content,
        "note",
        text([("en", &meeting["participants_note"])]),
    );
    with_links(&mut content, meeting);
    set(&mut content["about"], "topics", meeting["topics"].clone());
    record("event", meeting["id"].as_str().unwrap_or_default(), content)
}

// Sources that the files give as addresses alone.
fn with_links(content: &mut Value, listed: &Value) {
    let mut links: Vec<&Value> = items(&listed["sources"]).collect();
    if links.is_empty() {
        links.extend(listed.get("source"));
    }
    let sources = (1..)
        .zip(links)
        .map(|(number, link)| json!({ "id": format!("s{number}"), "title": link, "link": link }));
    let sources: Value = sources.collect();
    content["about"] = about(content, &Value::Null);
    if sources.get(0).is_some() {
        content["source"] = "s1".into();
        content["about"]["sources"] = sources;
    }
}
