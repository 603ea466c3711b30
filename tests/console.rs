//! The console of a real node over HTTPS: who comes in, what comes out, and what ends a session.

use std::time::Instant;

use crate::support::browser::{Answer, Browser};
use crate::support::{Network, Node, exchange};
use liaison_api::TlsIdentity;
use serde_json::{Value, json};

/// Pages that are for readers alone.
const INNER: [&str; 5] = [
    "/",
    "/members/FR",
    "/search?q=x",
    "/records/FR/practice/a",
    "/network",
];

struct Open {
    network: Network,
    node: Node,
}

impl Open {
    fn new() -> Open {
        let network = Network::found(2);
        let node = network.start("FR", &[]);
        Open { network, node }
    }

    fn browser(&self) -> Browser {
        let identity = TlsIdentity::load(&self.network.node("FR").join("state/tls.pem"));
        Browser::connect(self.node.https.unwrap(), identity.unwrap().unwrap().fingerprint())
    }

    // A token of this role: its text and its id.
    fn token(&self, role: &str) -> (String, String) {
        let body = json!({ "role": role, "label": "desk" }).to_string();
        let (status, answer) = exchange(&self.node.socket, "POST", "/v1/tokens", body.as_bytes()).unwrap();
        assert_eq!(status, 201);
        let made: Value = serde_json::from_slice(&answer).unwrap();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        (text("token"), text("id"))
    }
}

fn leads_to_signing_in(answer: &Answer) -> bool {
    answer.status == 303 && answer.header("location").unwrap().starts_with("/sign-in")
}

fn form_key(page: &str) -> String {
    let (_, rest) = page
        .split_once("name=\"form_key\" value=\"")
        .expect("a page has a form to sign out");
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn without_a_session_nothing_of_what_the_node_holds_is_shown() {
    let open = Open::new();
    let mut browser = open.browser();
    for page in INNER {
        let answer = browser.get(page, &[]);
        assert!(leads_to_signing_in(&answer) && answer.body.is_empty(), "{page}");
        let answer = browser.get(page, &[("cookie", "__Host-liaison-session=00")]);
        assert!(leads_to_signing_in(&answer), "{page}");
    }
    let back = browser.get("/search?q=a+b", &[]);
    assert_eq!(
        back.header("location"),
        Some("/sign-in?next=%2Fsearch%3Fq%3Da%2Bb")
    );
    for page in ["/sign-in", "/verify", "/assets/icon.svg"] {
        assert_eq!(browser.get(page, &[]).status, 200, "{page}");
    }
    // What programs read is still there, and still asks for a token.
    assert_eq!(browser.get("/v1/status", &[("accept", "text/html")]).status, 401);
    let missing = browser.get("/nothing", &[("accept", "text/html"), ("accept-language", "fr")]);
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("<html lang=\"fr\">"));
}

#[test]
fn a_token_opens_a_session_whose_cookie_no_script_reads_and_no_other_site_sends() {
    let open = Open::new();
    let (mut browser, (token, _)) = (open.browser(), open.token("reader"));
    let answer = browser.post("/sign-in", &[], &format!("token={token}&next=%2Fnetwork"));
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/network"))
    );
    let set = answer.header("set-cookie").unwrap();
    assert!(set.starts_with("__Host-liaison-session="), "{set}");
    for attribute in ["; HttpOnly", "; SameSite=Strict", "; Secure", "; Path=/"] {
        assert!(set.contains(attribute), "{set}");
    }
    assert!(!set.contains("Max-Age") && !set.contains("Expires"), "{set}");
    let secret = set.split(['=', ';']).nth(1).unwrap();
    assert!(!token.contains(secret), "the cookie is no token");
    let cookie = answer.cookie().unwrap().to_owned();
    let page = browser.get("/", &[("cookie", &cookie)]);
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert!(!policy.contains("script-src"), "{policy}");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(!page.text().contains(&token) && !page.text().contains(secret));
    // The interface for programs takes no cookie: another site could make a browser send one.
    assert_eq!(browser.get("/v1/status", &[("cookie", &cookie)]).status, 401);
}

#[test]
fn forms_of_other_sites_sign_nobody_in_or_out() {
    let open = Open::new();
    let (mut browser, (token, _)) = (open.browser(), open.token("reader"));
    let form = format!("token={token}");
    for foreign in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("x-none", ""),
    ] {
        let answer = browser.ask("POST", "/sign-in", &[foreign], &form);
        assert_eq!((answer.status, answer.cookie()), (403, None), "{foreign:?}");
    }
    let cookie = browser.sign_in(&token);
    let session = [("cookie", cookie.as_str())];
    let page = browser.get("/", &session).text();
    let keyed = format!("form_key={}", form_key(&page));
    let foreign = [session[0], ("origin", "https://evil.example")];
    assert_eq!(browser.ask("POST", "/sign-out", &foreign, &keyed).status, 403);
    assert_eq!(browser.post("/sign-out", &session, "form_key=00").status, 403);
    assert_eq!(browser.get("/", &session).status, 200, "still signed in");
    assert!(leads_to_signing_in(&browser.post("/sign-out", &session, &keyed)));
    assert!(leads_to_signing_in(&browser.get("/", &session)));
}

#[test]
fn a_session_ends_with_its_token_and_never_leads_elsewhere() {
    let open = Open::new();
    let (mut browser, (token, id)) = (open.browser(), open.token("reader"));
    let answer = browser.post("/sign-in", &[], &format!("token={token}&next=%2F%2Fevil.example"));
    assert_eq!(answer.header("location"), Some("/"));
    let language = browser.get("/language/fr?back=https%3A%2F%2Fevil.example", &[]);
    assert_eq!(language.header("location"), Some("/"));
    let cookie = answer.cookie().unwrap().to_owned();
    assert_eq!(browser.get("/", &[("cookie", &cookie)]).status, 200);
    let path = format!("/v1/tokens/{id}");
    // That it was revoked shows below: the answer to it is empty.
    let _ = exchange(&open.node.socket, "DELETE", &path, &[]);
    assert!(leads_to_signing_in(&browser.get("/", &[("cookie", &cookie)])));
    assert_eq!(
        browser.post("/sign-in", &[], &format!("token={token}")).status,
        403
    );
}

#[test]
fn a_token_of_feeds_opens_nothing_and_a_readers_no_inbox() {
    let open = Open::new();
    let mut browser = open.browser();
    let (feed, _) = open.token("feed");
    assert_eq!(
        browser.post("/sign-in", &[], &format!("token={feed}")).status,
        403
    );
    for (role, has_inbox) in [
        ("reader", false),
        ("auditor", false),
        ("contributor", true),
        ("operator", true),
    ] {
        let cookie = browser.sign_in(&open.token(role).0);
        let page = browser.get("/", &[("cookie", &cookie)]).text();
        assert_eq!(page.contains("id=\"inbox\""), has_inbox, "{role}");
    }
}

#[test]
fn whoever_guesses_tokens_at_the_console_is_slowed_down() {
    let open = Open::new();
    let mut browser = open.browser();
    let wrong = format!("token=liaison_{}_{}", "0".repeat(16), "0".repeat(64));
    let statuses: Vec<u16> = (0..12)
        .map(|_| browser.post("/sign-in", &[], &wrong).status)
        .collect();
    assert_eq!(statuses[0], 403);
    assert!(statuses.contains(&429), "{statuses:?}");
    let (token, _) = open.token("reader");
    let refused = browser.post("/sign-in", &[], &format!("token={token}"));
    assert_eq!(refused.status, 429, "not even with a good one");
}

#[test]
fn who_is_not_signed_in_takes_no_place_from_readers() {
    let open = Open::new();
    let mut reader = open.browser();
    let cookie = reader.sign_in(&open.token("reader").0);
    // As many forms that never end as pages are made at a time.
    let mut slow: Vec<Browser> = (0..40).map(|_| open.browser()).collect();
    for browser in &mut slow {
        let own = [("sec-fetch-site", "same-origin")];
        browser.send("POST", "/sign-in", &own, "token", 100);
    }
    for page in INNER {
        assert_ne!(reader.get(page, &[("cookie", &cookie)]).status, 503, "{page}");
    }
}

#[test]
fn who_asks_for_many_pages_at_once_waits_for_them() {
    let open = Open::new();
    let mut browsers: Vec<Browser> = (0..40).map(|_| open.browser()).collect();
    let cookie = browsers[0].sign_in(&open.token("reader").0);
    let began = Instant::now();
    for browser in &mut browsers {
        browser.send("GET", "/network", &[("cookie", &cookie)], "", 0);
    }
    let answers = browsers
        .iter_mut()
        .map(|browser| browser.answer(began).status)
        .collect::<Vec<_>>();
    assert_eq!(answers, [200; 40]);
}

#[test]
fn what_cannot_be_read_is_answered_by_a_page_in_the_readers_language() {
    let open = Open::new();
    let mut browser = open.browser();
    let cookie = browser.sign_in(&open.token("reader").0);
    let french = [("cookie", cookie.as_str()), ("accept-language", "fr")];
    for (method, path, status) in [
        ("GET", "/members/%FF", 400),
        ("GET", "/studies/%FF/x", 400),
        ("GET", "/sign-in?next=a&next=b", 400),
        ("GET", "/language/fr?back=a&back=b", 400),
        ("GET", "/assets/%FF", 400),
        ("PUT", "/", 405),
    ] {
        let answer = browser.ask(method, path, &french, "");
        assert_eq!(answer.status, status, "{method} {path}");
        assert!(answer.text().contains("<html lang=\"fr\">"), "{method} {path}");
    }
}

#[test]
fn no_other_entrys_proof_is_given_under_a_records_name() {
    let open = Open::new();
    let mut browser = open.browser();
    let cookie = browser.sign_in(&open.token("reader").0);
    let session = [("cookie", cookie.as_str())];
    let proof = "/records/FR/authority/self/proof";
    assert_eq!(browser.get(proof, &session).status, 200);
    // Entry 2 is the mandate of the administrator.
    assert_eq!(browser.get(&format!("{proof}?entry=1.2"), &session).status, 404);
}
