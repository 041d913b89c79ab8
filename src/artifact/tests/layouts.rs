//! Where artifacts are found, and what is left out.

use std::path::PathBuf;

use super::super::testing::{Folder, catalogue};
use super::super::{Loaded, OnError, load};
use crate::diagnostic::Diagnostics;
use crate::mediation::Environment;

const API: &str = r#"<api xmlns="http://ws.apache.org/ns/synapse" name="NAME" context="/NAME">
    <resource><inSequence><respond/></inSequence></resource>
</api>"#;
const SEQUENCE: &str =
    r#"<sequence xmlns="http://ws.apache.org/ns/synapse" name="NAME"><respond/></sequence>"#;
const BROKEN: &str = r#"<sequence xmlns="http://ws.apache.org/ns/synapse"><respond/></sequence>"#;

fn api(name: &str) -> String {
    API.replace("NAME", name)
}

fn sequence(name: &str) -> String {
    SEQUENCE.replace("NAME", name)
}

fn load_folder(folder: &Folder, roots: &[&str], on_error: OnError) -> (Loaded, Vec<String>) {
    let roots: Vec<PathBuf> = roots.iter().map(|root| folder.path().join(root)).collect();
    let mut diagnostics = Diagnostics::new();
    let environment = Environment::default();
    let loaded = load(&roots, catalogue(), &environment, on_error, &mut diagnostics);
    let base = folder.path().display().to_string();
    let found = diagnostics.sorted().into_iter().map(|found| {
        let message = found.message.replace(&base, "");
        format!("{} {message}", found.code.id())
    });
    (loaded, found.collect())
}

fn names(loaded: &Loaded) -> String {
    let mut names: Vec<String> =
        loaded.apis.iter().map(|api| format!("api:{}", api.name)).collect();
    names.extend(loaded.proxies.iter().map(|proxy| format!("proxy:{}", proxy.name)));
    names.extend(loaded.program.sequence_names().map(|name| format!("sequence:{name}")));
    names.sort();
    names.join(" ")
}

#[test]
fn finds_artifacts_in_every_layout() {
    let proxy = r#"<proxy xmlns="http://ws.apache.org/ns/synapse" name="P">
        <target><inSequence><respond/></inSequence></target>
    </proxy>"#;
    let definitions = format!(
        "<definitions xmlns=\"http://ws.apache.org/ns/synapse\">{}{}</definitions>",
        api("a"),
        sequence("s")
    );
    let layouts: &[(&str, &[(&str, &str)])] = &[
        (
            "a project of Micro Integrator",
            &[
                ("pom.xml", "<project/>"),
                ("src/main/wso2mi/artifacts/apis/a.xml", &api("a")),
                ("src/main/wso2mi/artifacts/proxy-services/P.xml", proxy),
                ("src/main/wso2mi/artifacts/sequences/s.xml", &sequence("s")),
                ("src/main/wso2mi/resources/registry/gov/broken.xml", "<not well-formed"),
                ("src/test/wso2mi/broken.xml", BROKEN),
                ("target/broken.xml", BROKEN),
                (".hidden/broken.xml", BROKEN),
            ],
        ),
        (
            "a module of Integration Studio",
            &[
                ("flows/artifact.xml", "<artifacts/>"),
                ("flows/src/main/synapse-config/api/a.xml", &api("a")),
                ("flows/src/main/synapse-config/proxy-services/P.xml", proxy),
                ("flows/src/main/synapse-config/sequences/s.xml", &sequence("s")),
            ],
        ),
        (
            "a server's folder",
            &[
                ("synapse.xml", "<definitions xmlns=\"http://ws.apache.org/ns/synapse\"/>"),
                (
                    "registry.xml",
                    "<registry xmlns=\"http://ws.apache.org/ns/synapse\" \
                     provider=\"org.wso2.micro.integrator.registry.MicroIntegratorRegistry\">\
                     <parameter name=\"cachableDuration\">15000</parameter></registry>",
                ),
                ("api/a.xml", &api("a")),
                ("proxy-services/P.xml", proxy),
                ("sequences/s.xml", &sequence("s")),
            ],
        ),
        (
            "loose files",
            &[
                ("one.xml", &api("a")),
                ("two.XML", proxy),
                ("three.xml", &sequence("s")),
                ("log4j2.xml", "<Configuration/>"),
                ("notes.txt", "not XML"),
                (".hidden.xml", BROKEN),
                ("suite.xml", "<unit-test/>"),
            ],
        ),
        ("a whole configuration", &[("all.xml", &definitions), ("deep/er/P.xml", proxy)]),
    ];
    for (layout, files) in layouts {
        let folder = Folder::with(files);
        let (loaded, found) = load_folder(&folder, &[""], OnError::Keep);
        assert_eq!(found, Vec::<String>::new(), "{layout}");
        assert_eq!(names(&loaded), "api:a proxy:P sequence:s", "{layout}");
        assert_eq!(loaded.refused, Vec::<PathBuf>::new(), "{layout}");
    }
}

#[test]
fn reads_resources_by_key() {
    let project = Folder::with(&[
        ("flows/src/main/wso2mi/resources/json/order.json", "{}"),
        ("flows/src/main/wso2mi/resources/registry/gov/a/b.txt", "b"),
        ("flows/src/main/wso2mi/resources/registry/gov/a/b.txt.properties", "owner=me\nx=\\u00e4"),
        ("flows/src/main/wso2mi/resources/registry/gov/a/a.properties", "kind=folder"),
        ("flows/src/main/wso2mi/resources/registry/conf/c.xml", "<c/>"),
        ("flows/src/main/wso2mi/resources/registry/conf/.meta/c.xml.meta", "x"),
        ("flows/src/main/wso2mi/resources/registry/gov/s.xml", &sequence("ignored")),
        (
            "flows/src/main/wso2mi/resources/registry/gov/bad.xml",
            "<b xmlns='http://ws.apache.org/ns/synapse'",
        ),
        (
            "flows/src/main/wso2mi/artifacts/sequences/s.xml",
            &sequence("s").replace("<respond/>", "<sequence key=\"gov:/s.xml\"/>"),
        ),
    ]);
    project.write("flows/src/main/wso2mi/resources/connectors/x.zip", b"PK\xff\xfe");
    let server = Folder::with(&[
        ("registry/governance/mi-resources/json/order.json", "{}"),
        ("registry/governance/a/b.txt", "b"),
        ("registry/governance/a/b.txt.properties", "owner: me\nx ä"),
        ("registry/governance/a/a.properties", "kind=folder"),
        ("registry/config/c.xml", "<c/>"),
        ("registry/governance/s.xml", &sequence("ignored")),
    ]);
    for folder in [project, server] {
        let (loaded, found) = load_folder(&folder, &[""], OnError::Keep);
        assert_eq!(found, Vec::<String>::new());
        for (key, known) in [
            ("resources:json/order.json", true),
            ("gov:/mi-resources/json/order.json", true),
            ("gov:/a/b.txt", true),
            ("a/b.txt", true),
            ("gov:/a/b.txt@owner", true),
            ("a/b.txt@x", true),
            ("gov:/a/b.txt@none", false),
            ("gov:/a@kind", true),
            ("conf:c.xml", true),
            ("gov:c.xml", false),
            ("gov:/../a/b.txt", false),
            ("resources:registry/gov/a/b.txt", false),
        ] {
            assert_eq!(loaded.program.entry(key).is_some(), known, "{key}");
        }
        assert!(loaded.program.sequence_named("gov:/s.xml").is_some());
    }
}

#[test]
fn lists_of_projects_say_what_is_a_resource() {
    const ITEM: &str = r#"<item><file>FILE</file><path>PATH</path><mediaType>TYPE</mediaType>
        <properties><property key="owner" value="us"/></properties></item>"#;
    let item = |file: &str, path: &str, kind: &str| {
        ITEM.replace("FILE", file).replace("PATH", path).replace("TYPE", kind)
    };
    let list = |items: &str| {
        format!(
            "<artifacts><artifact name=\"a\" version=\"1\" type=\"registry/resource\" \
             serverRole=\"EnterpriseIntegrator\">{items}</artifact></artifacts>"
        )
    };
    let collection = "<collection><directory>all</directory>\
                      <path>/_system/config/all</path></collection>";
    // Integration Studio: files stand beside the list, under names of their own.
    let studio = list(&format!(
        "{}{}{collection}",
        item("seq.xml", "/_system/governance/seq", "application/vnd.wso2.sequence"),
        item("like.xml", "/_system/governance/texts", "text/plain"),
    ));
    let studio = Folder::with(&[
        ("resources-module/pom.xml", "<project/>"),
        ("resources-module/artifact.xml", &studio),
        ("resources-module/seq.xml", &sequence("ignored")),
        ("resources-module/like.xml", "<a/>"),
        ("resources-module/all/b/c.txt", "c"),
        ("flows/artifact.xml", "<artifacts><artifact type=\"synapse/sequence\"/></artifacts>"),
        ("flows/src/main/synapse-config/sequences/s.xml", &sequence("s")),
    ]);
    // Micro Integrator: files stand where their keys say.
    let registry = list(&format!(
        "{}{}{collection}",
        item("seq.xml", "/_system/governance/seq", "application/vnd.wso2.sequence"),
        item("like.xml", "/_system/governance/texts", "text/plain"),
    ));
    let others = list(&item("o.json", "/_system/governance/mi-resources/json", "application/json"));
    let project = Folder::with(&[
        ("p/src/main/wso2mi/resources/registry/artifact.xml", &registry),
        ("p/src/main/wso2mi/resources/registry/gov/seq/seq.xml", &sequence("ignored")),
        ("p/src/main/wso2mi/resources/registry/gov/texts/like.xml", "<a/>"),
        ("p/src/main/wso2mi/resources/registry/conf/all/b/c.txt", "c"),
        ("p/src/main/wso2mi/resources/artifact.xml", &others),
        ("p/src/main/wso2mi/resources/json/o.json", "{}"),
        ("p/src/main/wso2mi/artifacts/sequences/s.xml", &sequence("s")),
    ]);
    for (layout, folder) in [("studio", &studio), ("project", &project)] {
        let (loaded, found) = load_folder(folder, &[""], OnError::Keep);
        assert_eq!(found, Vec::<String>::new(), "{layout}");
        assert_eq!(names(&loaded), "sequence:gov:/seq/seq.xml sequence:s", "{layout}");
        for key in ["gov:/texts/like.xml", "gov:/texts/like.xml@owner", "conf:/all/b/c.txt"] {
            assert!(loaded.program.entry(key).is_some(), "{layout}: {key}");
        }
        let has_json = loaded.program.entry("resources:json/o.json@owner").is_some();
        assert_eq!(has_json, layout == "project");
    }
    let climbing = list(&item("../../etc/passwd", "/_system/governance", "text/plain"));
    let folder = Folder::with(&[("artifact.xml", &*climbing)]);
    let (_, found) = load_folder(&folder, &[""], OnError::Keep);
    assert_eq!(found, ["A101 there is no file `../../etc/passwd`"]);
}

#[test]
fn projects_declare_the_keys_of_the_configuration_store() {
    let folder = Folder::with(&[
        ("src/main/wso2mi/resources/conf/config.properties", "nobody.sets.this = string\n"),
        ("src/main/wso2mi/artifacts/sequences/s.xml", &sequence("s")),
    ]);
    let (_, found) = load_folder(&folder, &[""], OnError::Keep);
    assert_eq!(found, ["A210 `nobody.sets.this` has no value"]);
}

#[test]
fn resources_are_what_they_hold_wherever_a_key_is_read() {
    let template = r#"<template xmlns="http://ws.apache.org/ns/synapse" name="ignored">
        <sequence><log/></sequence>
    </template>"#;
    let endpoint = r#"<endpoint xmlns="http://ws.apache.org/ns/synapse"><default/></endpoint>"#;
    let flow = r#"<sequence xmlns="http://ws.apache.org/ns/synapse" name="s" onError="gov:seq/a.xml">
        <sequence key="conf:seq/b.xml"/>
        <sequence key="resources:seq/c.xml"/>
        <sequence key="seq/a.xml"/>
        <call-template target="gov:/templates/t.xml"/>
        <call><endpoint key="gov:ep/e.xml"/></call>
        <payloadFactory media-type="json"><format key="gov:/../out.json"/></payloadFactory>
        <sequence key="gov:/seq/lost.xml"/>
        <sequence key="gov:/../seq/a.xml"/>
    </sequence>"#;
    let folder = Folder::with(&[
        ("s.xml", flow),
        ("registry/governance/seq/a.xml", &sequence("ignored")),
        ("registry/config/seq/b.xml", &sequence("ignored")),
        ("registry/governance/mi-resources/seq/c.xml", &sequence("ignored")),
        ("registry/governance/templates/t.xml", template),
        ("registry/governance/ep/e.xml", endpoint),
    ]);
    let (_, found) = load_folder(&folder, &[""], OnError::Keep);
    assert_eq!(
        found,
        [
            "A504 no registry resource named `gov:/../out.json` is deployed",
            "A501 no sequence named `gov:/seq/lost.xml` is deployed",
            "A501 no sequence named `gov:/../seq/a.xml` is deployed",
        ]
    );
}

#[test]
fn takes_one_file_and_the_same_file_once() {
    let folder = Folder::with(&[("a.xml", &api("a")), ("b.xml", &api("b"))]);
    let (loaded, found) = load_folder(&folder, &["a.xml"], OnError::Keep);
    assert_eq!((names(&loaded).as_str(), found.len()), ("api:a", 0));
    let (loaded, found) = load_folder(&folder, &["a.xml", ""], OnError::Keep);
    assert_eq!((names(&loaded).as_str(), found.len()), ("api:a api:b", 0));
}

#[test]
fn says_what_cannot_be_read() {
    let folder = Folder::with(&[
        ("car/flows.car", "PK"),
        ("bad/malformed.xml", "<api"),
        ("bad/none.xml", ""),
        ("loose/other.xml", "<project/>"),
        ("forgot/api.xml", "<api name='a' context='/a'/>"),
    ]);
    folder.write("bad/latin.xml", b"<a>\xe4</a>");
    for (root, expected) in [
        ("nowhere", &["A101 /nowhere: there is no such file or folder"][..]),
        ("car/flows.car", &["A104 /car/flows.car: it is no ZIP archive, or it is damaged"]),
        ("car", &["A104 /car/flows.car: it is no ZIP archive, or it is damaged"]),
        (
            "bad",
            &[
                "A101 /bad/latin.xml: it is not UTF-8",
                "A102 malformed XML: the document does not have a root node",
                "A102 malformed XML: the document does not have a root node",
            ],
        ),
        ("loose", &[]),
        ("loose/other.xml", &["A201 <project> is not in Synapse's namespace"]),
        ("forgot", &["A201 <api> is not in Synapse's namespace"]),
    ] {
        let (_, found) = load_folder(&folder, &[root], OnError::Keep);
        assert_eq!(found, expected, "{root}");
    }
}

#[test]
fn refuses_what_nests_without_end() {
    let nested = |levels: usize| {
        let (start, end) = ("<filter xpath=\"1\"><then>", "</then></filter>");
        let (start, end) = (start.repeat(levels), end.repeat(levels));
        format!(
            "<sequence xmlns=\"http://ws.apache.org/ns/synapse\" name=\"a\">{start}{end}</sequence>"
        )
    };
    for (levels, refused) in [(100, false), (100_000, true)] {
        let folder = Folder::with(&[("a.xml", &*nested(levels))]);
        let (_, found) = load_folder(&folder, &[""], OnError::Keep);
        let message = "A102 elements nest deeper than 256 levels";
        assert_eq!(found.contains(&message.to_owned()), refused, "{levels}: {found:?}");
    }
}

#[test]
fn leaves_out_the_files_with_errors() {
    let calls = r#"<sequence xmlns="http://ws.apache.org/ns/synapse" name="calls">
        <sequence key="lost"/>
    </sequence>"#;
    let broken = SEQUENCE.replace("NAME", "lost").replace("<respond/>", "<respnd/>");
    let files = [("a.xml", api("a")), ("calls.xml", calls.to_owned()), ("lost.xml", broken)];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, &**text)).collect();
    let folder = Folder::with(&files);

    let (loaded, found) = load_folder(&folder, &[""], OnError::Keep);
    assert_eq!(names(&loaded), "api:a sequence:calls sequence:lost");
    assert_eq!(found, ["A301 <respnd> is neither a mediator nor a connector operation"]);
    assert_eq!(loaded.refused, [folder.path().join("lost.xml")]);

    let (loaded, found) = load_folder(&folder, &["", "missing"], OnError::Skip);
    assert_eq!(names(&loaded), "api:a sequence:calls");
    assert_eq!(
        found,
        [
            "A101 /missing: there is no such file or folder",
            "A501 no sequence named `lost` is deployed",
            "A301 <respnd> is neither a mediator nor a connector operation",
        ]
    );
    assert_eq!(loaded.refused, [folder.path().join("missing"), folder.path().join("lost.xml")]);
}

#[test]
fn publishes_files() {
    let proxy = |name: &str, uri: &str| {
        format!(
            r#"<proxy xmlns="http://ws.apache.org/ns/synapse" name="{name}">
                <target><inSequence><log/></inSequence></target>
                <publishWSDL uri="{uri}"/></proxy>"#
        )
    };
    let wsdl = |import: &str| {
        format!(
            r#"<?xml version="1.0" encoding="ISO-8859-1"?>
            <w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/">{import}</w:definitions>"#
        )
    };
    let schema = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>"#;
    let import = r#"<w:import location="sub/b.wsdl"/>"#;
    let below = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
        <xs:include schemaLocation="../c.xsd"/><xs:include schemaLocation="lost.xsd"/></xs:schema>"#;
    let api = r#"<api xmlns="http://ws.apache.org/ns/synapse" name="a" context="/a"
        publishSwagger="/_system/governance/a.yaml"><resource/></api>"#;
    let base = "flows/src/main/wso2mi";
    let files = [
        (format!("{base}/artifacts/proxy-services/P.xml"), proxy("P", "file:conf/a.wsdl")),
        (format!("{base}/artifacts/proxy-services/Q.xml"), proxy("Q", "file:///nowhere/q.wsdl")),
        (format!("{base}/artifacts/proxy-services/R.xml"), proxy("R", "file:conf/c.xsd")),
        // The place is seen from a folder around the artifact, as from Synapse's home.
        (format!("{base}/conf/a.wsdl"), wsdl(import)),
        (format!("{base}/conf/sub/b.wsdl"), wsdl(below)),
        (format!("{base}/conf/c.xsd"), schema.to_owned()),
        (format!("{base}/artifacts/apis/a.xml"), api.to_owned()),
        (format!("{base}/resources/registry/gov/a.yaml"), "openapi: 3.0.1\n".to_owned()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    let folder = Folder::with(&files);
    let (loaded, found) = load_folder(&folder, &["flows"], OnError::Keep);
    assert_eq!(
        found,
        [
            "A101 `sub/lost.xsd`, which the WSDL imports, is missing: \
             /flows/src/main/wso2mi/conf/sub/lost.xsd: there is no such file or folder",
            "A101 the WSDL of the proxy cannot be published: /nowhere/q.wsdl: there is no such \
             file or folder",
            "A101 the WSDL of the proxy cannot be published: it is neither WSDL 1.1 nor WSDL 2.0",
        ]
    );
    let ask = |query: &str| loaded.proxies[0].wsdl.document(query, "http://h/services/P");
    let wsdl = ask("wsdl").unwrap();
    assert!(!wsdl.contains("encoding"), "{wsdl}");
    assert!(wsdl.contains(r#"location="http://h/services/P?wsdl=sub/b.wsdl""#), "{wsdl}");
    let imported = ask("wsdl=sub/b.wsdl").unwrap();
    assert!(imported.contains(r#"schemaLocation="http://h/services/P?xsd=c.xsd""#), "{imported}");
    assert_eq!(ask("xsd=c.xsd").as_deref(), Some(schema));
    assert_eq!(loaded.apis[0].definition.json, r#"{"openapi":"3.0.1"}"#);
}
