//! Keys on tokens: a network whose root, log and administrators sign with keys of a real PKCS#11 module, and what is
//! said where that does not work.
//!
//! Needs SoftHSM and the tools of OpenSC, and is therefore left out unless asked for: `tests/run token`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::founded::{Founded, PASS, Ran};
use crate::support::{Node, authority, practice};
use liaison_signer::PublicHalf;
use serde_json::Value;

const PIN: &str = "--passphrase-file pin";
const LISTEN: &str = "--listen /ip4/127.0.0.1/udp/0/quic-v1 --listen /ip4/127.0.0.1/tcp/0";

/// A folder whose commands find the tokens that lie in it.
struct Desk(Founded);

impl Desk {
    fn new() -> Desk {
        let mut network = Founded::new(&[]);
        fs::create_dir(network.path("tokens")).unwrap();
        network.write_private("pin", b"123456\n");
        network.write_private("wrong", b"654321\n");
        network.set_environment("SOFTHSM2_CONF", network.path("softhsm2.conf"));
        let desk = Desk(network);
        desk.configure("ALL");
        desk
    }

    /// Lets the module have these mechanisms.
    fn configure(&self, mechanisms: &str) {
        let tokens = self.0.path("tokens");
        let text = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\nslots.mechanisms = {mechanisms}\n",
            tokens.display()
        );
        self.0.write("softhsm2.conf", text.as_bytes());
    }

    /// Makes a token with the usual PIN; the folder that it lies in.
    fn token(&self, label: &str) -> PathBuf {
        let lying = || -> Vec<PathBuf> {
            let entries = fs::read_dir(self.0.path("tokens")).unwrap();
            entries.map(|entry| entry.unwrap().path()).collect()
        };
        let before = lying();
        let arguments = [
            "--init-token",
            "--free",
            "--label",
            label,
            "--pin",
            "123456",
            "--so-pin",
            "87654321",
        ];
        self.tool("softhsm2-util", &arguments);
        lying().into_iter().find(|path| !before.contains(path)).unwrap()
    }

    /// Runs a tool of the system, which finds the same tokens.
    fn tool(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env("SOFTHSM2_CONF", self.0.path("softhsm2.conf"));
        let output = command.output().unwrap();
        assert!(output.status.success(), "{program} {arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Makes a key pair by another tool than ours.
    fn foreign_key(&self, token: &str, label: &str, arguments: &[&str]) {
        let module = module().display().to_string();
        let usual = [
            "--module",
            &module,
            "--token-label",
            token,
            "--login",
            "--pin",
            "123456",
        ];
        let made = ["--keypairgen", "--label", label];
        self.tool("pkcs11-tool", &[&usual, &made[..], arguments].concat());
    }

    /// A command that fails with this code; what it says.
    fn fails(&self, code: i32, line: &str) -> String {
        let Ran {
            code: ended,
            out,
            err,
        } = self.0.run(line);
        assert_eq!(ended, code, "{line}: {out}{err}");
        for secret in ["123456", "654321"] {
            assert!(!format!("{out}{err}").contains(secret), "{line}: {out}{err}");
        }
        err
    }

    fn says(&self, code: i32, line: &str, parts: &[&str]) {
        let said = self.fails(code, line);
        for part in parts {
            assert!(said.contains(part), "{line}: {said}");
        }
    }

    /// An authority whose root, log and administrators have their keys on tokens enters the network; the token of
    /// the log.
    fn enters_on_tokens(&self) -> PathBuf {
        let network = &self.0;
        self.token("DE root");
        let log = self.token("DE node");
        self.token("Ana card");
        let asks = "--for administrator --authority DE --charter network.charter";
        let (root, log_uri) = (uri("DE root", "root"), uri("DE node", "log"));
        let (ana, ben) = (uri("Ana card", "ana"), uri("Ana card", "ben"));
        for line in [
            format!("key new {root} {PIN}"),
            format!("key new {log_uri} {PIN}"),
            format!("key new {ana} {asks} {PIN}"),
            format!("key new {ben} --p256 {asks} {PIN}"),
            format!(
                "node init DE --charter network.charter -o DE {LISTEN} --sample {PASS} --log-key {log_uri} --pin-file pin"
            ),
            format!(
                "mandate grant DE/DE.request --root {root} --administrator ana.pub --administrator ben.pub {PIN}"
            ),
            "network propose admit DE.grant --witness".to_owned(),
        ] {
            network.good(&line);
        }
        network.council_signs("version-2.charter");
        network.good("network apply version-2.charter --charter network.charter");
        fs::copy(
            network.path("network.charter"),
            network.path("DE/network.charter"),
        )
        .unwrap();
        log
    }

    fn start(&self) -> Node {
        let node = self.0.start("DE", &[]);
        node.wait("the own log is live", |status| status["guard"]["state"] == "live");
        node
    }

    fn publish(&self, node: &Node, slug: &str, key: &str) -> Ran {
        let file = format!("practice.{slug}.json");
        self.0.write(&file, &practice(slug));
        self.0.run_at(node, &format!("publish {file} --key {key} {PIN}"))
    }
}

/// The commands of one section of a guide, without `liaison`, with the module that is used here.
fn commands(guide: &str, section: &str) -> Vec<String> {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs/guides")
        .join(guide);
    let text = fs::read_to_string(guide).unwrap();
    let mut sections = text.split("\n## ");
    let section = sections
        .find(|text| text.starts_with(section))
        .expect("the section");
    let lines = section.lines().filter_map(|line| line.strip_prefix("$ liaison "));
    let module = format!("?module-path={}", module().display());
    let named = |line: &str| match line.split_once('"') {
        Some((before, rest)) => format!("{before}{}", rest.replacen('"', &module, 1)),
        None => format!("{line}{module}"),
    };
    lines.map(named).collect()
}

fn module() -> &'static Path {
    let known = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib64/softhsm/libsofthsm2.so",
    ];
    known
        .into_iter()
        .map(Path::new)
        .find(|path| path.exists())
        .expect("SoftHSM is installed")
}

fn uri(token: &str, key: &str) -> String {
    let token = token.replace(' ', "%20");
    format!(
        "pkcs11:token={token};object={key}?module-path={}",
        module().display()
    )
}

#[test]
#[ignore = "needs SoftHSM"]
fn root_log_and_administrators_sign_with_keys_that_stay_on_their_tokens() {
    let desk = Desk::new();
    desk.enters_on_tokens();
    // Neither key has a file: what is in the folder is the public halves, and the node's other two keys.
    let node_half = fs::read_to_string(desk.0.path("DE/keys/node.pub")).unwrap();
    assert!(
        node_half.contains(" cosigner ") && !node_half.contains(" log "),
        "{node_half}"
    );
    assert!(desk.0.path("DE/keys/log.pub").exists());
    for (token, key) in [
        ("DE root", "root"),
        ("DE node", "log"),
        ("Ana card", "ana"),
        ("Ana card", "ben"),
    ] {
        let said = desk.0.good(&format!("key check {} {PIN}", uri(token, key)));
        assert_eq!(
            said,
            format!("good: ‘{key}’ on the token ‘{token}’ signs, and cannot leave it.\n")
        );
    }

    let node = desk.start();
    let id = node.get("/v1/status").1["network"].as_str().unwrap().to_owned();
    for (slug, key) in [("cameras", "ana"), ("radios", "ben")] {
        let published = desk.publish(&node, slug, &uri("Ana card", key));
        assert_eq!(published.code, 0, "{published:?}");
        desk.0
            .at(&node, &format!("prove DE/practice/{slug} -o {slug}.liaison"));
    }
    // The log's head has a signature of the log key, the update one of the administrator's.
    assert_eq!(node.terminate(), 0);
    for (slug, key) in [("cameras", "ana"), ("radios", "ben")] {
        let verified = desk
            .0
            .good(&format!("--json verify {slug}.liaison --network {id}"));
        let verified: Value = serde_json::from_str(&verified).unwrap();
        let half = PublicHalf::open(&desk.0.path(&format!("{key}.pub"))).unwrap();
        assert_eq!(verified["outcome"], "valid", "{verified}");
        assert!(
            verified.to_string().contains(&half.key.id().to_string()),
            "{verified}"
        );
    }
    let log = fs::read_to_string(desk.0.path("DE/node.log")).unwrap();
    assert!(!log.contains("123456"), "{log}");
}

#[test]
#[ignore = "needs SoftHSM"]
fn a_node_whose_token_goes_away_stops_with_a_clear_word_and_goes_on_where_it_was() {
    let desk = Desk::new();
    let token = desk.enters_on_tokens();
    let node = desk.start();
    let ana = uri("Ana card", "ana");
    assert_eq!(desk.publish(&node, "one", &ana).code, 0);
    let away = desk.0.path("away");
    fs::rename(&token, &away).unwrap();
    let refused = desk.publish(&node, "two", &ana);
    assert_ne!(refused.code, 0, "{refused:?}");
    // The service manager does not restart what ends with this.
    assert_eq!(node.ended(), 70);
    let log = fs::read_to_string(desk.0.path("DE/node.log")).unwrap();
    assert!(
        log.contains("the token ‘DE node’ is not there; insert it and try again"),
        "{log}"
    );
    assert!(!log.contains("panicked"), "{log}");

    // Without it the node does not start; nothing of the log has changed.
    let start = "node run --config DE/node.toml";
    desk.says(
        4,
        start,
        &[
            "the log key: no token is there that pkcs11:token=DE%20node",
            "‘Ana card’",
        ],
    );
    fs::rename(&away, &token).unwrap();
    let node = desk.start();
    // What stood in the log without a signed head is signed now, at the place that the signer's journal names.
    let status = node.wait("both updates stand", |status| {
        authority(status, "DE")["updates"] == 2
    });
    assert_eq!(
        authority(&status, "DE")["void"],
        serde_json::json!({}),
        "{status}"
    );
    assert_eq!(desk.publish(&node, "three", &ana).code, 0);
    assert_eq!(node.terminate(), 0);
}

#[test]
#[ignore = "needs SoftHSM"]
fn the_commands_of_the_guides_work() {
    let desk = Desk::new();
    let network = &desk.0;
    for token in ["Ana card", "AD node"] {
        desk.token(token);
    }
    network.good(&format!("key new root --sample {PASS}"));
    let [list, new, check, publish] = &commands("administrator.md", "A key on a token")[..] else {
        panic!("the section has other commands")
    };
    let [log, init] = &commands("operator.md", "The log key on a token")[..] else {
        panic!("the section has other commands")
    };
    network.good(&format!("{new} {PIN}"));
    network.good(&format!("{log} {PIN}"));
    let listed = network.good(list);
    assert!(
        listed.contains("object=ana") && listed.contains("object=log"),
        "{listed}"
    );
    network.good(&format!("{check} {PIN}"));
    let init = init
        .replace("/etc/liaison/pin", "pin")
        .replace("/etc/liaison", "AD");
    network.good(&format!("{init} {LISTEN} --sample {PASS}"));
    network.good(&format!(
        "mandate grant AD/AD.request --root root.age --administrator ana.pub {PASS}"
    ));
    network.good("network propose admit AD.grant --witness");
    network.council_signs("version-2.charter");
    network.good("network apply version-2.charter --charter AD/network.charter");
    let node = network.start("AD", &[]);
    node.wait("the own log is live", |status| status["guard"]["state"] == "live");
    network.write("practice.cameras.json", &practice("Cameras"));
    let published = network.run_at(&node, &format!("{publish} {PIN}"));
    assert_eq!(published.code, 0, "{published:?}");
}

#[test]
#[ignore = "needs SoftHSM"]
fn a_wrong_pin_is_tried_once_and_never_again() {
    let mut desk = Desk::new();
    desk.token("Ana card");
    let ana = uri("Ana card", "ana");
    desk.0.good(&format!("key new {ana} {PIN}"));
    // A module between ours and SoftHSM notes every call.
    let spied = "pkcs11:token=Ana%20card;object=ana?module-name=pkcs11-spy";
    desk.0.set_environment("PKCS11SPY", module().to_owned());
    desk.0.set_environment("PKCS11SPY_OUTPUT", desk.0.path("calls"));
    let logins = |desk: &Desk| {
        let calls = fs::read_to_string(desk.0.path("calls")).unwrap_or_default();
        let _ = fs::remove_file(desk.0.path("calls"));
        calls.lines().filter(|line| line.ends_with(": C_Login")).count()
    };
    desk.0.good(&format!("key show {spied}"));
    assert_eq!(logins(&desk), 0, "a public key needs no PIN");
    desk.0.good(&format!("key check {spied} {PIN}"));
    assert_eq!(logins(&desk), 1);

    let refused = "the token ‘Ana card’ refused the PIN, which was tried once and is not tried again";
    desk.says(
        1,
        &format!("key check {spied} --passphrase-file wrong"),
        &[refused, "few tries are left"],
    );
    assert_eq!(logins(&desk), 1);
    // Nor by a command that needs the key before it can show anything.
    let grant = format!("mandate grant --root {spied} --charter network.charter --administrator ana.pub");
    desk.says(1, &format!("{grant} --passphrase-file wrong"), &[refused]);
    assert_eq!(logins(&desk), 1);
    // The token has not locked, and the right one ends the count.
    desk.0.good(&format!("key check {spied} {PIN}"));
    assert_eq!(logins(&desk), 1);
}

#[test]
#[ignore = "needs SoftHSM"]
fn a_node_that_is_refused_its_pin_is_not_started_again() {
    let desk = Desk::new();
    desk.enters_on_tokens();
    let start = format!(
        "node run --config DE/node.toml --set pin_file={}",
        desk.0.path("wrong").display()
    );
    desk.says(70, &start, &["the log key: the token ‘DE node’ refused the PIN"]);
    let other = "node run --config DE/node.toml --set log_key=pkcs11:token=x?pin-value=123456";
    desk.says(2, other, &["log_key", "one that holds a PIN"]);
}

#[test]
#[ignore = "needs SoftHSM"]
fn what_is_missing_or_does_not_fit_is_named() {
    let desk = Desk::new();
    desk.token("Ana card");
    let module_path = module().display();
    desk.0.good(&format!("key new {} {PIN}", uri("Ana card", "ana")));
    let check = |rest: &str| format!("key check {rest} {PIN}");

    desk.says(
        4,
        &check(&uri("Ben card", "ana")),
        &["no token is there", "There is ‘Ana card’ (serial "],
    );
    let missing = check("pkcs11:object=ana?module-path=/no/such/module.so");
    desk.says(4, &missing, &["there is no PKCS#11 module /no/such/module.so"]);
    let missing = check("pkcs11:object=ana?module-name=no-such-module");
    desk.says(
        4,
        &missing,
        &["there is no PKCS#11 module named ‘no-such-module’"],
    );
    let library = check("pkcs11:object=ana?module-path=/lib/x86_64-linux-gnu/libm.so.6");
    desk.says(1, &library, &["it is a library, but none of PKCS#11"]);
    desk.says(
        4,
        &check(&uri("Ana card", "bob")),
        &["holds no key that", "it holds ‘ana’ (id=%"],
    );
    let vendor = check(&format!(
        "pkcs11:token=Ana%20card;object=ana;x-slot=1?module-path={module_path}"
    ));
    desk.says(2, &vendor, &["‘x-slot’, which is not known here"]);
    desk.says(2, &check("pkcs11:token=Ana card"), &["unexpected argument"]);
    let pin = check("pkcs11:token=Ana%20card;object=ana?pin-value=123456");
    desk.says(2, &pin, &["a PIN does not stand in a pkcs11: URI"]);
    desk.0.write("open", b"123456\n");
    desk.says(
        1,
        &format!("key check {} --passphrase-file open", uri("Ana card", "ana")),
        &["run: chmod 600"],
    );
    desk.says(
        1,
        &format!("key new {} {PIN} -o elsewhere", uri("Ana card", "ana")),
        &["holds something named ‘ana’"],
    );
    desk.says(
        2,
        &format!("key new pkcs11:token=Ana%20card?module-path={module_path} {PIN}"),
        &["say by ;object="],
    );
}

#[test]
#[ignore = "needs SoftHSM"]
fn a_uri_that_fits_several_tokens_or_keys_is_refused() {
    let desk = Desk::new();
    let card = desk.token("Ana card");
    let module_path = module().display();
    let check = |rest: &str| format!("key check {rest} {PIN}");
    desk.token("Ana card");
    desk.says(
        1,
        &check(&uri("Ana card", "ana")),
        &["fits several tokens", "add ;serial="],
    );
    fs::remove_dir_all(&card).unwrap();
    desk.foreign_key("Ana card", "twin", &["--key-type", "EC:prime256v1", "--id", "01"]);
    desk.foreign_key(
        "Ana card",
        "twin",
        &["--key-type", "EC:edwards25519", "--id", "02"],
    );
    let twins = ["fits several keys", "‘twin’ (id=%01), ‘twin’ (id=%02)"];
    desk.says(1, &check(&uri("Ana card", "twin")), &twins);
    for id in ["01", "02"] {
        let one = format!("pkcs11:object=twin;id=%{id};type=private?module-path={module_path}");
        desk.0.good(&check(&one));
    }
}

#[test]
#[ignore = "needs SoftHSM"]
fn a_key_that_cannot_sign_here_is_named_with_the_reason() {
    let desk = Desk::new();
    desk.token("Ana card");
    let module_path = module().display();
    let check = |rest: &str| format!("key check {rest} {PIN}");
    desk.foreign_key("Ana card", "rsa", &["--key-type", "rsa:2048"]);
    desk.says(
        1,
        &check(&uri("Ana card", "rsa")),
        &["is an RSA key; an Ed25519 or a P-256 key is needed"],
    );
    desk.foreign_key("Ana card", "p384", &["--key-type", "EC:secp384r1"]);
    desk.says(
        1,
        &check(&uri("Ana card", "p384")),
        &["on another curve than P-256"],
    );
    desk.foreign_key(
        "Ana card",
        "each",
        &["--key-type", "EC:prime256v1", "--id", "07", "--always-auth"],
    );
    let each = check(&uri("Ana card", "each"));
    desk.says(
        1,
        &each,
        &["a PIN at every signature: the module of the token ‘Ana card’ does not sign in parts"],
    );
    let curve = ["--key-type", "EC:prime256v1", "--id", "01"];
    desk.foreign_key("Ana card", "log", &curve);
    let init = format!(
        "node init DE --charter network.charter -o DE --sample {PASS} --log-key pkcs11:object=log?module-path={module_path} --pin-file pin"
    );
    desk.says(1, &init, &["a log is signed with an Ed25519 key"]);

    let curve = ["--key-type", "EC:edwards25519", "--id", "02"];
    desk.foreign_key("Ana card", "edwards", &curve);
    desk.configure("CKM_ECDSA,CKM_EC_KEY_PAIR_GEN");
    let two = format!("pkcs11:id=%02?module-path={module_path}");
    desk.says(1, &check(&two), &["does not have CKM_EDDSA"]);
    let new = uri("Ana card", "new");
    desk.says(
        1,
        &format!("key new {new} {PIN}"),
        &["CKM_EC_EDWARDS_KEY_PAIR_GEN", "--p256"],
    );
    desk.0.good(&format!("key new {new} --p256 {PIN}"));
}

#[test]
#[ignore = "needs SoftHSM"]
fn keys_of_tokens_are_listed_shown_and_sign_charters() {
    let desk = Desk::new();
    desk.token("Council");
    let key = uri("Council", "d");
    desk.0.good(&format!("key new {key} {PIN}"));
    let made = fs::read_to_string(desk.0.path("d.pub")).unwrap();
    assert_eq!(desk.0.good(&format!("key show {key}")), made);
    desk.0.good(&format!("key show {key} -o copy"));
    assert_eq!(fs::read_to_string(desk.0.path("copy/d.pub")).unwrap(), made);
    let listed = desk.0.good(&format!(
        "--json key list pkcs11:?module-path={}",
        module().display()
    ));
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let half = PublicHalf::open(&desk.0.path("d.pub")).unwrap();
    assert_eq!(listed["keys"][0]["key_id"], half.key.id().to_string(), "{listed}");
    // What is listed names the key again.
    let named = listed["keys"][0]["uri"].as_str().unwrap();
    desk.0.good(&format!("key check {named} {PIN}"));

    // A PIN file that the URI names, and a council of which one has a token.
    let from_uri = format!("{key}&pin-source=file:{}", desk.0.path("pin").display());
    for name in ["a", "b", "c"] {
        desk.0.good(&format!("key new {name} --sample {PASS}"));
    }
    let keys = "a.pub b.pub c.pub d.pub";
    desk.0.good(&format!(
        "network init --name OTHER --prefix other.example --council {keys} -o other.charter"
    ));
    for key in ["a.age", "b.age", &from_uri] {
        desk.0
            .good(&format!("network sign other.charter --key {key} {PASS}"));
    }
    let shown = desk.0.good("network show other.charter");
    assert!(shown.contains("in force"), "{shown}");
}
