//! `pkcs11:` URIs, points as tokens write them, and modules that are none. What needs a token is in `tests/token.rs`.

use std::io;
use std::sync::Arc;

use cryptoki::object::KeyType;
use liaison_protocol::key::{Algorithm, KeyError};
use proptest::prelude::*;

use crate::SecretKey;
use crate::pkcs11::{
    Access, ObjectKind, Person, PinSource, TokenError, TokenSigner, Unusable, Uri, UriError, read_point,
};

fn uri(text: &str) -> Uri {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn error(text: &str) -> UriError {
    text.parse::<Uri>().unwrap_err()
}

/// The examples of RFC 7512, section 3, but the one with a PIN.
#[test]
fn the_examples_of_the_rfc_are_read() {
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(uri("pkcs11:"), Uri::default());
    let named = Uri {
        object: text("my-pubkey"),
        kind: Some(ObjectKind::Public),
        ..Uri::default()
    };
    assert_eq!(uri("pkcs11:object=my-pubkey;type=public"), named);
    let with_pin = uri("pkcs11:object=my-key;type=private?pin-source=file:/etc/token");
    assert_eq!(
        (with_pin.kind, with_pin.pin_source),
        (Some(ObjectKind::Private), text("file:/etc/token"))
    );
    let full = Uri {
        token: text("The Software PKCS#11 Softtoken"),
        manufacturer: text("Snake Oil, Inc."),
        model: text("1.0"),
        serial: text(""),
        object: text("my-certificate"),
        kind: Some(ObjectKind::Certificate),
        id: Some(b"\x69\x95\x3e\x5c\xf4\xbd\xec\x91".to_vec()),
        pin_source: text("file:/etc/token_pin"),
        ..Uri::default()
    };
    let written = "pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;model=1.0;\
                   object=my-certificate;type=cert;id=%69%95%3E%5C%F4%BD%EC%91;serial=?pin-source=file:/etc/token_pin";
    assert_eq!(uri(written), full);
    let module = uri("pkcs11:object=my-sign-key;type=private?module-name=mypkcs11");
    assert_eq!(module.module_name, text("mypkcs11"));
    let module = uri("pkcs11:object=my-sign-key;type=private?module-path=/mnt/libmypkcs11.so.1");
    assert_eq!(module.module_path, Some("/mnt/libmypkcs11.so.1".into()));
    assert_eq!(
        uri("pkcs11:slot-description=Sun%20Metaslot").slot_description,
        text("Sun Metaslot")
    );
    let library = uri(
        "pkcs11:library-manufacturer=Snake%20Oil,%20Inc.;library-description=Soft%20Token%20Library;library-version=1.23",
    );
    assert_eq!(library.library_version, Some((1, 23)));
    let percent = uri(
        "pkcs11:token=My%20token%25%20created%20by%20Joe;library-version=3;id=%01%02%03%Ba%dd%Ca%fe%04%05%06",
    );
    assert_eq!(percent.token, text("My token% created by Joe"));
    assert_eq!(percent.library_version, Some((3, 0)));
    assert_eq!(
        percent.id,
        Some(b"\x01\x02\x03\xba\xdd\xca\xfe\x04\x05\x06".to_vec())
    );
    let encoded =
        uri("pkcs11:token=A%20name%20with%20a%20substring%20%25%3B;object=my-certificate;type=cert");
    assert_eq!(encoded.token, text("A name with a substring %;"));
    let accent = uri(
        "pkcs11:token=Name%20with%20a%20small%20A%20with%20acute:%20%C3%A1;object=my-certificate;type=cert",
    );
    assert_eq!(accent.token, text("Name with a small A with acute: á"));
    let vendor = uri(
        "pkcs11:token=my-token;object=my-certificate;type=cert;vendor-aaa=value-a?pin-source=file:/etc/token_pin&vendor-bbb=value-b",
    );
    assert_eq!(vendor.unknown, [("vendor-aaa".to_owned(), b"value-a".to_vec())]);
    assert_eq!(vendor.pin_source, text("file:/etc/token_pin"));
}

#[test]
fn what_is_no_uri_is_refused_with_the_place_and_the_cure() {
    assert_eq!(error("token=a"), UriError::Scheme);
    assert_eq!(error("pkcs11:token=a;object"), UriError::Attribute(2));
    assert_eq!(error("pkcs11:token=a;"), UriError::Attribute(2));
    assert_eq!(
        error("pkcs11:token=a;token=b"),
        UriError::Repeated("token".into())
    );
    let message = error("pkcs11:token=Ana card").to_string();
    assert_eq!(message, "in ‘token’ of the pkcs11: URI ‘ ’ is to be written %20");
    assert!(
        error("pkcs11:token=Zoë")
            .to_string()
            .ends_with("‘ë’ is to be written %C3%AB")
    );
    assert_eq!(error("pkcs11:token=50%"), UriError::Percent("token".into()));
    assert_eq!(error("pkcs11:token=%+1"), UriError::Percent("token".into()));
    assert_eq!(error("pkcs11:token=%FF"), UriError::Text("token".into()));
    for wrong in [
        "slot-id=",
        "slot-id=-1",
        "slot-id=+1",
        "library-version=1.2.3",
        "type=key",
    ] {
        let error = error(&format!("pkcs11:{wrong}"));
        assert!(matches!(error, UriError::Value { .. }), "{wrong}: {error}");
    }
    // A path holds no slash, a query does.
    assert!(matches!(error("pkcs11:object=a/b"), UriError::Character { .. }));
    assert_eq!(uri("PKCS11:object=a").object.as_deref(), Some("a"));
}

#[test]
fn a_pin_in_a_uri_is_refused_and_never_repeated() {
    for text in [
        "pkcs11:token=t?pin-value=secret",
        "pkcs11:?pin-source=file:/p&pin-value=%2secret",
    ] {
        assert_eq!(error(text), UriError::PinValue);
        let said = format!("{0} {0:?}", error(text));
        assert!(!said.contains("secret"), "{said}");
    }
    // What a query says that is not known here may be as secret, and is not kept.
    let said = format!("{0} {0:?}", uri("pkcs11:token=t?x-pin=secret"));
    assert!(!said.contains("secret"), "{said}");
}

prop_compose! {
    fn any_uri()(
        texts in prop::collection::vec(prop::option::of(".{0,12}"), 9),
        slot_id in prop::option::of(any::<u64>()),
        library_version in prop::option::of(any::<(u8, u8)>()),
        id in prop::option::of(prop::collection::vec(any::<u8>(), 0..8)),
        kind in prop::option::of(prop::sample::select(vec![ObjectKind::Private, ObjectKind::SecretKey])),
        unknown in prop::collection::btree_map("x-[a-z]{1,6}", prop::collection::vec(any::<u8>(), 0..8), 0..3),
        query in prop::collection::vec(prop::option::of(".{0,12}"), 3),
    ) -> Uri {
        let [token, manufacturer, model, serial, library_manufacturer, library_description, slot_manufacturer,
            slot_description, object] = <[_; 9]>::try_from(texts).unwrap();
        let [pin_source, module_path, module_name] = <[_; 3]>::try_from(query).unwrap();
        Uri {
            token, manufacturer, model, serial, library_manufacturer, library_description, library_version,
            slot_manufacturer, slot_description, slot_id, object, id, kind,
            unknown: unknown.into_iter().collect(),
            pin_source, module_path: module_path.map(Into::into), module_name,
        }
    }
}

proptest! {
    #[test]
    fn every_uri_comes_back_as_it_was_written(uri in any_uri()) {
        let written = uri.to_string();
        prop_assert!(written.is_ascii());
        prop_assert_eq!(written.parse::<Uri>().unwrap(), uri);
    }

    #[test]
    fn no_text_breaks_the_reader(text in "(pkcs11:)?[ -~é]{0,40}") {
        if let Ok(uri) = text.parse::<Uri>() {
            prop_assert_eq!(uri.to_string().parse::<Uri>().unwrap(), uri);
        }
    }
}

const P256: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
const ED25519: [&[u8]; 3] = [
    b"\x06\x03\x2b\x65\x70",
    b"\x13\x0cedwards25519",
    b"\x06\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01",
];

#[test]
fn a_point_is_read_in_every_form_that_tokens_write() {
    let ed25519 = SecretKey::generate("a", Algorithm::Ed25519)
        .unwrap()
        .public_key()
        .clone();
    let bare = &ed25519.to_bytes()[1..];
    for params in ED25519 {
        for point in [
            bare.to_vec(),
            [b"\x04\x20", bare].concat(),
            [b"\x03\x21\x00", bare].concat(),
        ] {
            assert_eq!(
                read_point(KeyType::EC_EDWARDS, params, &point),
                Ok(ed25519.clone()),
                "{point:?}"
            );
        }
    }
    for _ in 0..8 {
        let p256 = SecretKey::generate("a", Algorithm::P256)
            .unwrap()
            .public_key()
            .clone();
        let bare = &p256.to_bytes()[1..];
        let half = [&[2 + (bare[64] & 1)], &bare[1..33]].concat();
        for point in [
            bare.to_vec(),
            [b"\x04\x41", bare].concat(),
            half.clone(),
            [b"\x04\x21", &half[..]].concat(),
        ] {
            assert_eq!(
                read_point(KeyType::EC, P256, &point),
                Ok(p256.clone()),
                "{point:?}"
            );
        }
    }
}

#[test]
fn a_key_of_another_type_or_none_at_all_is_refused() {
    let wrong = |key_type, params: &[u8]| match read_point(key_type, params, &[4; 65]) {
        Err(Unusable::Type(found)) => found,
        other => panic!("{other:?}"),
    };
    assert_eq!(wrong(KeyType::RSA, b""), "an RSA key");
    assert_eq!(
        wrong(KeyType::EC, b"\x06\x05\x2b\x81\x04\x00\x22"),
        "an EC key on another curve than P-256"
    );
    assert!(wrong(KeyType::EC_EDWARDS, b"\x06\x03\x2b\x65\x71").contains("another curve than edwards25519"));
    assert!(wrong(KeyType::AES, b"").contains("CKK_AES"));
    // The neutral element is of small order.
    let mut small = [0; 32];
    small[0] = 1;
    let read = read_point(KeyType::EC_EDWARDS, ED25519[0], &small);
    assert_eq!(read, Err(Unusable::Key(KeyError::SmallOrder)));
    // An x above the field's prime.
    let mut beyond = [0xff; 33];
    beyond[0] = 2;
    for point in [&[][..], &[4; 65], &beyond, &[4, 65, 1]] {
        let read = read_point(KeyType::EC, P256, point);
        assert!(matches!(read, Err(Unusable::Key(_))), "{point:?}: {read:?}");
    }
}

struct Nobody;

impl Person for Nobody {
    fn pin(&self, _: &str, _: &str) -> io::Result<String> {
        panic!("nobody is to be asked")
    }

    fn tell(&self, what: &str) {
        panic!("nobody is to be told: {what}")
    }
}

#[test]
fn what_is_no_module_is_told_before_anybody_is_asked() {
    let access = Access {
        pin: PinSource::Prompt,
        person: Arc::new(Nobody),
    };
    let open = |text: &str| TokenSigner::open(&uri(text), &access).unwrap_err();
    let folder = super::Folder::new();
    let file = folder.path("module.so");
    std::fs::write(&file, b"text").unwrap();
    let cases = [
        (
            open("pkcs11:token=t?module-path=/no/such.so"),
            "there is no PKCS#11 module /no/such.so",
        ),
        (
            open("pkcs11:token=t?module-path=such.so"),
            "module-path must begin with a slash",
        ),
        (
            open("pkcs11:token=t?module-name=no-such-module"),
            "there is no PKCS#11 module named ‘no-such-module’",
        ),
        (
            open("pkcs11:token=t?module-name=../../etc/x"),
            "there is no PKCS#11 module named",
        ),
        (
            open("pkcs11:token=t;x-y=1"),
            "says ‘x-y’, which is not known here",
        ),
        (open("pkcs11:object=o;type=cert"), "does not name a key pair"),
        (
            open("pkcs11:object=o?pin-source=%7C/bin/pin"),
            "pin-source is file: with the path",
        ),
        (
            open(&format!("pkcs11:?module-path={}", file.display())),
            "the system does not load it",
        ),
    ];
    for (error, expected) in cases {
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!matches!(error, TokenError::Failed { .. }), "{error:?}");
    }
}
