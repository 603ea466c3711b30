//! The console of a real node over HTTPS: who comes in, what comes out, and what ends a session.

use std::time::Instant;

use crate::support::browser::{Answer, Browser};
use crate::support::{Network, Node, console, exchange, wait_for};

/// Pages that are for readers alone.
const INNER: [&str; 5] = [
    "/",
    "/members/FR",
    "/search?q=x",
    "/records/FR/practice/a",
    "/network",
];

/// Pages that are made at a time for one token; there are 32 places for all.
const SHARE: usize = 6;
/// Forms that are sent at once.
const ASKED: usize = 40;
/// A form to sign out that is of no session.
const FORM: &str = "form_key=00";

struct Open {
    // Its folder goes with it.
    _network: Network,
    node: Node,
}

impl Open {
    fn new() -> Open {
        let network = Network::found(2);
        let node = network.start("FR", &[]);
        Open {
            _network: network,
            node,
        }
    }

    fn browser(&self) -> Browser {
        console::browser(&self.node)
    }

    // A token of this role: its text and its id.
    fn token(&self, role: &str) -> (String, String) {
        console::token(&self.node, role)
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
    let mut reader = open.browser();
    let (token, _) = open.token("reader");
    let sessions = [reader.sign_in(&token), reader.sign_in(&token)];
    let other = reader.sign_in(&open.token("reader").0);
    // More forms than pages are made at a time, of which none has ended: who is at work on one asks for it.
    let mut waiting: Vec<Browser> = (0..ASKED).map(|_| open.browser()).collect();
    for (browser, session) in waiting.iter_mut().zip(sessions.iter().cycle()) {
        let headers = [("cookie", session.as_str()), ("expect", "100-continue")];
        browser.send("POST", "/sign-out", &headers, "", FORM.len());
    }
    let (mut begun, mut statuses) = (Vec::new(), Vec::new());
    wait_for_share(&mut waiting, &mut begun);
    for page in INNER.iter().cycle().take(20) {
        assert_ne!(reader.get(page, &[("cookie", &other)]).status, 503, "{page}");
    }
    while !begun.is_empty() {
        for mut browser in begun.drain(..) {
            browser.go_on(FORM);
            statuses.push(browser.answer(Instant::now()).status);
        }
        wait_for_share(&mut waiting, &mut begun);
    }
    // The key of the form is another one.
    assert_eq!(statuses, [403; ASKED]);
}

// Waits until as many forms of a token are being read as may be at a time, or all that are left. There are never more.
fn wait_for_share(waiting: &mut Vec<Browser>, begun: &mut Vec<Browser>) {
    let share = SHARE.min(waiting.len() + begun.len());
    wait_for("a token has its share of places", || {
        for mut browser in std::mem::take(waiting) {
            match browser.is_to_go_on() {
                true => begun.push(browser),
                false => waiting.push(browser),
            }
        }
        assert!(begun.len() <= SHARE, "{} places for one token", begun.len());
        match begun.len() == share {
            true => Ok(()),
            false => Err(format!("{} of {share}", begun.len())),
        }
    });
}

#[test]
fn what_cannot_be_read_is_answered_by_a_page_in_the_readers_language() {
    let open = Open::new();
    let mut browser = open.browser();
    let cookie = browser.sign_in(&open.token("reader").0);
    let french = [("cookie", cookie.as_str()), ("accept-language", "fr")];
    for (method, path, status, title) in [
        ("GET", "/members/%FF", 400, "Demande impossible"),
        ("GET", "/studies/%FF/x", 400, "Demande impossible"),
        ("GET", "/sign-in?next=a&next=b", 400, "Demande impossible"),
        ("GET", "/language/fr?back=a&back=b", 400, "Demande impossible"),
        ("GET", "/assets/%FF", 400, "Demande impossible"),
        ("GET", "/network/%FF", 400, "Demande impossible"),
        ("GET", "/network/F.R", 404, "Page inexistante"),
        ("GET", "/network?page=999", 404, "Page inexistante"),
        ("GET", "/network?page=-1", 400, "Demande impossible"),
        ("GET", "/network/FR?before=0", 404, "Page inexistante"),
        ("GET", "/network/FR?before=x", 400, "Demande impossible"),
        ("GET", "/network/charter?version=99", 404, "Page inexistante"),
        ("GET", "/network/charter?before=1", 404, "Page inexistante"),
        ("PUT", "/network/FR", 405, "Pas de cette manière"),
        ("PUT", "/", 405, "Pas de cette manière"),
    ] {
        let answer = browser.ask(method, path, &french, "");
        assert_eq!(answer.status, status, "{method} {path}");
        let page = answer.text();
        assert!(page.contains("<html lang=\"fr\">"), "{method} {path}");
        assert!(
            page.contains(&format!("<h1>{title}</h1>")),
            "{method} {path}: {page}"
        );
        let allowed = (status == 405).then_some("GET,HEAD");
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
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
