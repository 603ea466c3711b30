use serde_json::json;

use super::*;
use crate::check::Faults;
use crate::json::parse;
use crate::kinds::kind;

fn example(name: &str) -> Value {
    parse(kind(name).unwrap().example.1.as_bytes()).unwrap()
}

fn faults(answer: &Value, study: &Value) -> Vec<String> {
    let name = "answer/COE:custody-records".parse().unwrap();
    match check_answer(&name, answer, study) {
        Ok(()) => Vec::new(),
        Err(Faults(faults)) => faults.iter().map(ToString::to_string).collect(),
    }
}

fn one_fault(answers: Value) -> String {
    let mut answer = example("answer");
    answer["answers"] = answers;
    let found = faults(&answer, &example("study"));
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

#[test]
fn the_slug_of_an_answer_names_study_and_territory() {
    let (author, study) = ("COE".parse().unwrap(), "study/custody".parse().unwrap());
    assert_eq!(answer_slug(&author, &study, None), "COE:custody");
    assert_eq!(answer_slug(&author, &study, Some("north")), "COE:custody+north");
    let of = |slug: &'static str| territory(slug, &author, &study);
    assert_eq!(of("COE:custody"), Some(None));
    assert_eq!(of("COE:custody+north"), Some(Some("north")));
    assert_eq!(of("COE:custody-2"), None);
    assert_eq!(of("FR:custody"), None);
}

#[test]
fn a_study_that_nobody_can_answer_is_not_opened() {
    let study = example("study");
    let member = |code: &Code| ["FR", "LV", "PT"].contains(&code.as_str());
    assert!(check_opening(&study, 1_800_000_000_000, member).is_ok());
    let mut study = study;
    study["closed"] = json!(true);
    study["addressees"][1] = json!("XX");
    let Faults(found) = check_opening(&study, 1_900_000_000_000, member).unwrap_err();
    let paths: Vec<&str> = found.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["deadline", "closed", "addressees[1]"]);
    assert_eq!(found[2].value, "‘XX’");
}

#[test]
fn addressees_are_those_named_or_all_members() {
    let members: Vec<Code> = ["DE", "FR"].map(|code| code.parse().unwrap()).into();
    let names = |study: &Value| {
        let found = addressees(study, members.iter());
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(names(&example("study")), ["FR", "LV", "PT"]);
    assert_eq!(names(&json!({})), ["DE", "FR"]);
}

#[test]
fn an_answer_that_fits_is_good() {
    assert_eq!(
        faults(&example("answer"), &example("study")),
        Vec::<String>::new()
    );
}

#[test]
fn each_way_of_not_fitting_is_told_once_with_its_question() {
    let good = |at: usize, item: Value| {
        let mut answers = example("answer")["answers"].clone();
        answers[at] = item;
        answers
    };
    for (answers, told) in [
        (
            good(0, json!({"question": "q1", "text": {"en": "yes"}})),
            "answers[0].text: question ‘q1’ is answered with ‘yes’: true or false",
        ),
        (
            good(0, json!({"question": "q1", "yes": "true"})),
            "answers[0].yes: question ‘q1’ takes true or false; here stands ‘true’",
        ),
        (
            good(0, json!({"question": "q1", "yes": null})),
            "answers[0].yes: question ‘q1’ takes true or false",
        ),
        (
            good(1, json!({"question": "q2", "choices": ["stone"]})),
            "answers[1].choices[0]: question ‘q2’ takes a list with one of paper, electronic",
        ),
        (
            good(1, json!({"question": "q2", "choices": ["paper", "electronic"]})),
            "answers[1].choices: question ‘q2’ takes one choice, it has 2",
        ),
        (
            good(1, json!({"question": "q2", "choices": []})),
            "answers[1].choices: question ‘q2’ takes a list with one of paper, electronic",
        ),
        (
            good(2, json!({"question": "q3", "number": "ten"})),
            "answers[2].number: question ‘q3’ takes a number, in years; here stands ‘ten’",
        ),
    ] {
        let found = one_fault(answers);
        assert!(found.starts_with(told), "{found}");
    }
    let mut answers = example("answer")["answers"].clone();
    answers.as_array_mut().unwrap().remove(2);
    assert_eq!(
        one_fault(answers),
        "answers: question ‘q3’ must be answered: How long is it kept?"
    );
}

#[test]
fn all_that_does_not_fit_is_told_at_once() {
    let mut answer = example("answer");
    answer["answers"] = json!([
        {"question": "q1", "number": 1},
        {"question": "q5", "yes": true},
        {"question": "q3"},
    ]);
    answer["territory"] = json!("north");
    let found = faults(&answer, &example("study"));
    for part in [
        "territory: ",
        "answers[0].number",
        "answers[1].question",
        "answers[2].number",
        "‘q2’ must be",
    ] {
        assert!(
            found.iter().any(|fault| fault.contains(part)),
            "{part}: {found:?}"
        );
    }
    // The slug does not fit the territory either.
    assert_eq!(found.len(), 6, "{found:?}");
    let mut study = example("study");
    study["per_territory"] = json!(true);
    assert!(faults(&example("answer"), &study)[0].starts_with("territory: the study asks for an answer"));
}

fn at(after: u64, until: u64) -> Witnessed {
    Witnessed {
        after: Some(after),
        until: Some(until),
    }
}

#[test]
fn only_witnessed_time_tells_whether_an_answer_is_late() {
    let study = json!({"deadline": "1970-01-01T00:01:40Z"});
    let limit = Limit::of(&study, None).unwrap();
    let nobody = Witnessed::default();
    let unknown_start = Witnessed {
        after: None,
        ..at(0, 101)
    };
    for (witnessed, timing) in [
        (at(90, 100), Timing::InTime),
        (at(100, 110), Timing::Late),
        (at(99, 101), Timing::CannotTell),
        (nobody, Timing::CannotTell),
        (unknown_start, Timing::CannotTell),
    ] {
        assert_eq!(limit.judge(witnessed), timing, "{witnessed:?}");
    }
    // Closed before the deadline, in a log that was silent before: nobody knew of it before 60.
    let limit = Limit::of(&study, Some(at(10, 60))).unwrap();
    assert_eq!(limit.judge(at(40, 60)), Timing::InTime);
    assert_eq!(limit.judge(at(59, 61)), Timing::CannotTell);
    assert_eq!(limit.judge(at(60, 70)), Timing::Late);
    // What nobody has witnessed ends nothing, and a closing after the deadline changes nothing.
    for closing in [nobody, at(200, 210)] {
        let limit = Limit::of(&study, Some(closing)).unwrap();
        assert_eq!(limit.judge(at(90, 100)), Timing::InTime);
        assert_eq!(limit.judge(at(100, 110)), Timing::Late);
    }
    let between = Limit::of(&json!({"deadline": "1970-01-01T00:01:40.5Z"}), None).unwrap();
    assert_eq!(between.judge(at(100, 110)), Timing::CannotTell);
}

#[test]
fn a_template_holds_every_question_and_says_nothing_by_itself() {
    let text = template("COE/study/custody-records", &example("study"), "fr");
    let lines = [
        "# Registres de garde à vue",
        "  language: fr",
        "study: \"COE/study/custody-records\"",
        "  # Existe-t-il un registre pour chaque personne ?",
        "  - question: \"q1\"",
        "    yes: # true or false",
        "  # - electronic: Electronically",
        "    choices: [] # a list with one of paper, electronic",
        "    number: # a number, in years",
        "  # - question: \"q4\"",
        "  #     fr:",
    ];
    for line in lines {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let hostile =
        json!({"title": {"en": "a\nb: c"}, "questions": [{"id": "q", "text": {"en": "x\u{85}\n- y"}}]});
    let text = template("COE/study/x", &hostile, "en");
    assert!(text.starts_with("# a\n# b: c\n"), "{text}");
    assert!(text.contains("  # x\\u{85}\n  # - y\n"), "{text}");
}

fn given(code: &str, timing: Timing, disputed: bool, answers: Value) -> Given {
    Given {
        authority: code.parse().unwrap(),
        territory: None,
        addressed: true,
        entry: format!("{code}/answer/COE:custody-records@1"),
        witnessed: at(1, 2),
        timing,
        disputed,
        content: Some(json!({ "answers": answers })),
    }
}

#[test]
fn results_count_what_was_said_and_nothing_that_was_not() {
    let study = example("study");
    let number = |n: f64| json!([{"question": "q3", "number": n}]);
    let answers = [
        given(
            "DE",
            Timing::InTime,
            false,
            json!([{"question": "q1", "yes": true}, {"question": "q2", "choices": ["paper"]}, {"question": "q3", "number": 0}]),
        ),
        given(
            "FR",
            Timing::Late,
            true,
            json!([{"question": "q1", "yes": false, "remark": {"en": "Not yet."}}, {"question": "q3", "number": 10}]),
        ),
        given("LV", Timing::InTime, false, number(4.0)),
        Given {
            content: None,
            ..given("PT", Timing::InTime, false, Value::Null)
        },
    ];
    let found = results(&study, &answers, "en");
    let counts = |result: &Results| match &result.figure {
        Figure::Counts(counts) => counts
            .iter()
            .map(|counted| (counted.value.clone(), counted.count))
            .collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    assert_eq!(counts(&found[0]), [("yes".to_owned(), 1), ("no".to_owned(), 1)]);
    assert_eq!(
        (found[0].answered, found[0].not_in_time, found[0].disputed),
        (2, 1, 1)
    );
    assert_eq!(found[0].cells[1].remark.as_deref(), Some("Not yet."));
    assert_eq!(found[0].cells[2].value, None);
    assert_eq!(
        found[0].entries,
        [
            "DE/answer/COE:custody-records@1",
            "FR/answer/COE:custody-records@1"
        ]
    );
    assert_eq!(
        counts(&found[1]),
        [("paper".to_owned(), 1), ("electronic".to_owned(), 0)]
    );
    assert_eq!(found[1].cells[0].text.as_deref(), Some("On paper"));
    // Three numbers have a middle and no quartiles; the answer that is not here is none.
    assert_eq!(
        found[2].figure,
        Figure::Spread {
            median: 4.0,
            quartiles: None
        }
    );
    let four = [answers[0].clone(), answers[1].clone(), answers[2].clone()];
    let four: Vec<Given> = four
        .into_iter()
        .chain([given("PT", Timing::InTime, false, number(6.0))])
        .collect();
    assert_eq!(
        results(&study, &four, "en")[2].figure,
        Figure::Spread {
            median: 5.0,
            quartiles: Some([3.0, 7.0])
        }
    );
    assert_eq!(results(&study, &[], "en")[2].figure, Figure::None);
}
