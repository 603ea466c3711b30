use super::*;

#[test]
fn letters_of_other_alphabets_name_no_authority() {
    // The capital of ß is SS, that of the long s and of the dotless i are plain S and I.
    for authority in ["ß", "ſe", "fı"] {
        let text = format!("policenet.example/{}/{authority}/1", "0".repeat(32));
        assert!(text.parse::<Origin>().is_err(), "{text}");
    }
}

#[test]
fn an_origin_has_one_spelling() {
    let good = format!("policenet.example/{}/fr/1", "0".repeat(32));
    let origin: Origin = good.parse().unwrap();
    assert_eq!((origin.authority().as_str(), origin.epoch()), ("FR", 1));
    assert_eq!(origin.network_short(), "0".repeat(32));
    assert_eq!(
        origin.with_authority(&"COE".parse().unwrap()).as_str(),
        good.replace("/fr/", "/coe/")
    );
    for bad in [
        good.replace("/1", "/01"),
        good.replace("/1", "/+1"),
        good.replace("/1", "/0"),
        good.replace("/fr/", "/FR/"),
        good.replace("/fr/", "/f/"),
        good.replace("policenet", "Policenet"),
        good.replace("policenet.example", ".."),
        good.replace("policenet.example/", "policenet.example//"),
        good[18..].to_owned(),
    ] {
        assert!(bad.parse::<Origin>().is_err(), "{bad}");
    }
}

#[test]
fn the_empty_tree_of_a_position_has_no_root_on_the_wire() {
    let origin: Origin = format!("policenet.example/{}/fr/1", "0".repeat(32))
        .parse()
        .unwrap();
    let at = |size| Position {
        origin: origin.clone(),
        size,
        root: crate::tlog::empty_root(),
    };
    for size in [0, 1] {
        let proto = at(size).to_proto();
        assert_eq!(proto.root.is_empty(), size == 0);
        assert_eq!(crate::charter::position("p", &proto).unwrap(), at(size));
        let other = proto::Position {
            size: 1 - size,
            ..proto
        };
        assert!(crate::charter::position("p", &other).is_err());
    }
}
