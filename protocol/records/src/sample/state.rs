//! A State's profile.

use serde_json::{Value, json};

use super::build::{about, both, set, slug, text, year};
use super::{STATES, SampleRecord, TOPICS, parse, record};

/// A State's page, services, mode of operation, control bodies and practices.
pub(super) fn records(code: &str, file: &Value) -> Vec<SampleRecord> {
    let states = parse(STATES);
    let state = items(&states["states"]).find(|state| state["alpha2"] == code);
    let state = state.cloned().unwrap_or_default();
    let profile = Profile {
        sources: &file["sources"],
        native: state["languages"][0]["code"].as_str().unwrap_or("und"),
    };
    let mut records = vec![own_page(&state, file, &states["sources"])];
    records.extend(items(&file["services"]).map(|service| profile.service(service)));
    for side in ["internal", "external"] {
        let bodies = items(&file["control_bodies"][side]);
        records.extend(bodies.map(|body| profile.control_body(side, body)));
    }
    records.extend(items(&file["good_practices"]).map(|practice| profile.practice(practice)));
    let modes = file["mode_of_operation"].as_object().into_iter().flatten();
    records.extend(modes.filter_map(|(key, mode)| profile.operation(key, mode)));
    records
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn own_page(state: &Value, file: &Value, sources: &Value) -> SampleRecord {
    let native = state["name_native"].as_object().into_iter().flatten();
    let native = native.map(|(tag, name)| (tag.as_str(), name));
    let official = [("en", &state["name_en"]), ("fr", &state["name_fr"])];
    let mut page = json!({ "name": text(native.chain(official)) });
    set(&mut page, "official_name", both(state, "official_name"));
    set(&mut page, "capital", both(state, "capital"));
    let languages = items(&state["languages"]).map(|language| language["code"].clone());
    set(&mut page, "languages", languages.collect());
    set(&mut page, "accession", state["coe_accession"].clone());
    set(&mut page, "structure", both(file, "structure"));
    set(&mut page, "note", both(state, "note"));
    let population = &state["population"];
    if population["value"].is_u64() {
        page["population"] = json!({
            "value": population["value"],
            "period": year(&population["year"]),
            "source": population["source"],
        });
    }
    page["about"] = about(&page, sources);
    set(&mut page["about"], "reviewed_at", file["as_of"].clone());
    record("authority", "self", page)
}

struct Profile<'p> {
    sources: &'p Value,
    native: &'p str,
}

impl Profile<'_> {
    fn service(&self, service: &Value) -> SampleRecord {
        let mut content = json!({ "name": self.name(service), "kind": service["kind"] });
        set(&mut content, "reports_to", text([("und", &service["parent"])]));
        set(&mut content, "tasks", service["tasks"].clone());
        let officers = &service["officers"];
        if officers["value"].is_u64() {
            let mut staff = json!({ "total": officers["value"], "period": year(&officers["year"]) });
            let unit = officers["unit"].as_str().unwrap_or("officers");
            staff["unit"] = unit.replace('_', "-").into();
            for name in ["approximate", "source"] {
                set(&mut staff, name, officers[name].clone());
            }
            set(&mut staff, "note", text([("en", &officers["note"])]));
            content["staff"] = json!([staff]);
        }
        record("service", &slug_of(service), self.finish(content, service))
    }

    fn control_body(&self, side: &str, body: &Value) -> SampleRecord {
        let mut content = json!({ "name": self.name(body), "side": side, "kind": body["kind"] });
        let further = items(&body["roles"]).filter(|role| **role != body["kind"]);
        set(&mut content, "roles", further.cloned().collect());
        set(&mut content, "part_of", text([("und", &body["parent"])]));
        set(&mut content, "founded", year(&body["founded"]));
        set(&mut content, "website", body["website"].clone());
        record("control-body", &slug_of(body), self.finish(content, body))
    }

    fn practice(&self, practice: &Value) -> SampleRecord {
        let mut content = json!({ "title": { "en": practice["title"] }, "category": "practice" });
        set(&mut content, "provisions", practice["standards"].clone());
        let mut content = self.finish(content, practice);
        set(&mut content["about"], "topics", practice["themes"].clone());
        record("practice", &slug_of(practice), content)
    }

    // None for a key that the mapping to topics lacks, which a test excludes.
    fn operation(&self, key: &str, mode: &Value) -> Option<SampleRecord> {
        let topic = parse(TOPICS)["mode_of_operation"][key].as_str()?.to_owned();
        let mut content = json!({});
        match key {
            "custody_max_hours_before_judge" => {
                let name = json!({
                    "en": "Custody before being brought before a judge",
                    "fr": "Garde à vue avant présentation à un juge",
                });
                content["limits"] = json!([{ "name": name, "value": mode["value"], "unit": "hours" }]);
            }
            "routinely_armed" => {
                content["use"] = match (&mode["value"], &mode["status"]) {
                    (Value::Bool(true), _) => "routine".into(),
                    (Value::Bool(false), _) => "limited".into(),
                    (_, status) => status.clone(),
                };
            }
            "conducted_energy_devices" => {
                let name =
                    json!({ "en": "Conducted energy devices", "fr": "Armes à impulsions électriques" });
                content["means"] = json!([{ "name": name, "use": mode["value"] }]);
            }
            _ => content["use"] = mode["value"].clone(),
        }
        let mut content = self.finish(content, mode);
        content["about"]["topics"] = json!([topic]);
        Some(record("operation", &topic, content))
    }

    // The native name stands under the State's first language, unless that is English.
    fn name(&self, of: &Value) -> Value {
        let native = [&of["name_native"], &of["name"]]
            .into_iter()
            .find(|name| name.is_string());
        let native = native.into_iter().map(|name| (self.native, name));
        text(native.chain([("en", &of["name_en"]), ("fr", &of["name_fr"])]))
    }

    // Source, remark and year, and what the record says of itself.
    fn finish(&self, mut content: Value, fact: &Value) -> Value {
        set(&mut content, "source", fact["source"].clone());
        set(&mut content, "note", text([("en", &fact["note"])]));
        content["about"] = about(&content, self.sources);
        set(&mut content["about"], "reviewed_at", year(&fact["year"]));
        content
    }
}

/// The slug of what a profile lists: from its English name or title.
pub(super) fn slug_of(listed: &Value) -> String {
    let names = ["name_en", "title", "name", "name_native"];
    let title = names.iter().find_map(|name| listed[name].as_str());
    slug(title.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::PROFILES;
    use super::*;
    use crate::topics::topic;

    #[test]
    fn every_key_of_the_profiles_has_its_topic() {
        let mapping = parse(TOPICS);
        for (code, profile) in PROFILES {
            for key in parse(profile)["mode_of_operation"].as_object().unwrap().keys() {
                let id = mapping["mode_of_operation"][key].as_str();
                assert!(id.and_then(topic).is_some(), "{code} {key}");
            }
        }
    }
}
