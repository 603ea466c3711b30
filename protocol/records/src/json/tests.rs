use serde_json::json;

use super::*;

fn canonical_of(text: &str) -> String {
    canonical(&parse(text.as_bytes()).unwrap()).unwrap()
}

#[test]
fn the_example_of_rfc_8785_comes_out_as_printed_there() {
    // RFC 8785, section 3.2.2 and 3.2.3.
    let text = r#"{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }"#;
    assert_eq!(
        canonical_of(text),
        r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
    );
}

#[test]
fn names_are_sorted_by_utf_16_code_units() {
    // RFC 8785, section 3.2.3: an emoji's first code unit is below U+FB33.
    let text = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
        "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
    let written = canonical_of(text);
    let order = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"];
    let places: Vec<usize> = order.iter().map(|word| written.find(word).unwrap()).collect();
    assert!(places.is_sorted(), "{written}");
}

#[test]
fn numbers_are_written_as_ecmascript_writes_them() {
    // RFC 8785, appendix B.
    let numbers = [
        (0x0000000000000000_u64, "0"),
        (0x8000000000000000, "0"),
        (0x0000000000000001, "5e-324"),
        (0x8000000000000001, "-5e-324"),
        (0x7fefffffffffffff, "1.7976931348623157e+308"),
        (0x4340000000000000, "9007199254740992"),
        (0x4430000000000000, "295147905179352830000"),
        (0x44b52d02c7e14af5, "9.999999999999997e+22"),
        (0x44b52d02c7e14af6, "1e+23"),
        (0x444b1ae4d6e2ef4e, "999999999999999700000"),
        (0x444b1ae4d6e2ef50, "1e+21"),
        (0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"),
        (0x3eb0c6f7a0b5ed8d, "0.000001"),
        (0x41b3de4355555553, "333333333.3333332"),
        (0xbecbf647612f3696, "-0.0000033333333333333333"),
    ];
    for (bits, expected) in numbers {
        assert_eq!(write_double(f64::from_bits(bits)), expected);
    }
}

#[test]
fn a_name_that_stands_twice_is_refused() {
    let error = parse(br#"{"a":1,"b":{"c":1,"c":2}}"#).unwrap_err();
    assert!(error.to_string().contains("‘c’ stands twice"), "{error}");
}

#[test]
fn a_whole_number_that_some_readers_round_is_refused() {
    assert!(parse(b"9007199254740991").is_ok());
    assert!(parse(b"9007199254740992").is_err());
    assert!(parse(b"-9007199254740992").is_err());
    assert!(matches!(canonical(&json!(u64::MAX)), Err(JsonError::Number(_))));
}

#[test]
fn hostile_nesting_is_an_error_and_no_overflow() {
    assert!(parse("[".repeat(100_000).as_bytes()).is_err());
}

#[test]
fn what_is_canonical_reads_back_as_the_same() {
    let value = json!({"b": [1.5, "é\u{1}", null], "a": {"z": true, "y": -3}});
    let written = canonical(&value).unwrap();
    assert_eq!(parse(written.as_bytes()).unwrap(), value);
    assert_eq!(canonical_of(&written), written);
}
