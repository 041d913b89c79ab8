//! What each kind of artifact becomes, and every problem that its factory finds.

use super::super::Loaded;
use super::super::testing::{Folder, catalogue, load_texts};
use super::super::{OnError, load};
use crate::diagnostic::Diagnostics;
use crate::mediation::{Entry, Environment};

fn load_text(artifact: &str) -> (Loaded, Vec<String>) {
    let text = artifact.replacen('>', " xmlns='http://ws.apache.org/ns/synapse'>", 1);
    let text = text.replacen(
        "/ xmlns='http://ws.apache.org/ns/synapse'>",
        " xmlns='http://ws.apache.org/ns/synapse'/>",
        1,
    );
    let mut diagnostics = Diagnostics::new();
    let loaded = load_texts(&[("artifact.xml", &text)], &mut diagnostics);
    let found = diagnostics.sorted().into_iter();
    let found = found.map(|found| format!("{} {}", found.code.id(), found.message)).collect();
    (loaded, found)
}

/// Rows of an artifact and the problems that it has.
fn check(rows: &[(&str, &[&str])]) {
    for (artifact, expected) in rows {
        let (_, found) = load_text(artifact);
        assert_eq!(found, *expected, "{artifact}");
    }
}

#[test]
fn api_is_what_it_says() {
    let (loaded, found) = load_text(
        "<api name='orders' context='/orders/' version='2' version-type='url' hostname='h'
              port='80' transports='https'>
            <resource methods='GET  POST' uri-template='/{id}' content-type='text/xml'
                      user-agent='a.*' protocol='http'/>
         </api>",
    );
    assert_eq!(found, Vec::<String>::new());
    let [api] = loaded.apis.as_slice() else { panic!("{:?}", loaded.apis) };
    assert_eq!(
        (&*api.name, &*api.context, api.version.as_deref(), &*api.base),
        ("orders:v2", "/orders", Some("2"), "/orders/2")
    );
    assert_eq!(
        (api.hostname.as_deref(), api.port, api.scheme),
        (Some("h"), Some(80), Some("https"))
    );
    let [resource] = api.resources.as_slice() else { panic!("{:?}", api.resources) };
    assert_eq!(resource.methods, ["GET", "POST"]);
    assert_eq!(resource.mapping.text().map(|text| &**text), Some("/{id}"));
    assert_eq!(resource.content_type.as_deref(), Some("text/xml"));
    assert_eq!(resource.scheme, Some("http"));
    let agent = resource.user_agent.as_ref().unwrap();
    assert!(agent.is_match("abc", 100).unwrap() && !agent.is_match("cab", 100).unwrap());
    assert_eq!(&*resource.origin.name, "api:orders:v2");
}

#[test]
fn api_problems() {
    check(&[
        ("<api name='a' context='/a'><resource/></api>", &[]),
        (
            "<api><resource/></api>",
            &["A204 <api> needs the attribute `name`", "A204 <api> needs the attribute `context`"],
        ),
        (
            "<api name='' context='/a'><resource/></api>",
            &["A204 the attribute `name` of <api> is empty"],
        ),
        (
            "<api name='a' context='a'><resource/></api>",
            &["A206 the context `a` does not begin with `/`"],
        ),
        ("<api name='a' context='/a'/>", &["A207 an API needs a <resource>"]),
        (
            "<api name='a' context='/a' version='1'><resource/></api>",
            &["A211 `version` needs `version-type`"],
        ),
        (
            "<api name='a' context='/a' version-type='url'><resource/></api>",
            &["A211 `version-type` needs `version`"],
        ),
        (
            "<api name='a' context='/a' version='1' version-type='path'><resource/></api>",
            &["A206 `version-type` cannot be `path`"],
        ),
        ("<api name='a' context='/a' version='' version-type=''><resource/></api>", &[]),
        (
            "<api name='a' context='/a' port='high' transports='ftp'><resource/></api>",
            &["A206 `port` cannot be `high`", "A206 `transports` cannot be `ftp`"],
        ),
        ("<api name='a' context='/a' port='-1'><resource/></api>", &[]),
        (
            "<api name='a' context='/a' hostnam='x'><resource/><resorce/></api>",
            &["A205 <api> has no attribute `hostnam`", "A208 <api> has no child <resorce>"],
        ),
        (
            "<api name='a' context='/a' publishSwagger='x' version-param='y' binds-to='in,default'>\
             <resource/></api>",
            &[
                "A504 no registry resource or local entry is `x`",
                "A209 `version-param` is not honoured yet",
                "A209 the inbound endpoint `in` is not run by Myelin yet",
            ],
        ),
    ]);
}

#[test]
fn api_bound_elsewhere_is_not_served() {
    let (loaded, found) = load_text("<api name='a' context='/a' binds-to='in'><resource/></api>");
    assert_eq!(found, ["A209 the inbound endpoint `in` is not run by Myelin yet"]);
    assert!(loaded.apis.is_empty());
    let (loaded, _) =
        load_text("<api name='a' context='/a'><resource binds-to='in'/><resource/></api>");
    assert_eq!(loaded.apis[0].resources.len(), 1);
}

#[test]
fn handlers_that_may_guard_are_errors() {
    let api = |class: &str| {
        format!(
            "<api name='a' context='/a'><resource/>\
             <handlers><handler {class}><property name='x' value='y'/></handler></handlers></api>"
        )
    };
    for (class, expected) in [
        (
            "class='org.apache.synapse.rest.cors.CORSRequestHandler'",
            &["A209 the handler lets no origin in", "A209 the handler has no property `x`"][..],
        ),
        (
            "class='org.wso2.micro.integrator.observability.metric.handler.MetricHandler'",
            &["A209 the handler \
               `org.wso2.micro.integrator.observability.metric.handler.MetricHandler` is not run"],
        ),
        (
            "class='org.wso2.carbon.integrator.core.handler.RESTBasicAuthHandler'",
            &["A209 the handler has no property `x`"],
        ),
        (
            "class='org.example.RESTBasicAuthHandler'",
            &["A206 the handler `org.example.RESTBasicAuthHandler` cannot be run by Myelin"],
        ),
        ("", &["A204 <handler> needs the attribute `class`"]),
    ] {
        assert_eq!(load_text(&api(class)).1, expected, "{class}");
    }
}

#[test]
fn resource_problems() {
    let api = |resources: &str| format!("<api name='a' context='/a'>{resources}</api>");
    let rows: &[(&str, &[&str])] = &[
        ("<resource methods='GET FETCH'/>", &["A206 `FETCH` is not a method"]),
        ("<resource methods='GET,POST'/>", &["A206 `GET,POST` is not a method"]),
        ("<resource methods='get'/>", &["A206 `get` is not a method"]),
        (
            "<resource uri-template='/a' url-mapping='/b'/>",
            &["A211 a resource has either `uri-template` or `url-mapping`"],
        ),
        (
            "<resource uri-template='/{a'/>",
            &["A206 `uri-template` cannot be read: a brace is opened and never closed"],
        ),
        ("<resource url-mapping='a'/>", &["A206 no path matches the mapping `a`"]),
        ("<resource url-pattern='/a'/>", &["A205 <resource> has no attribute `url-pattern`"]),
        ("<resource content-type='json'/>", &["A206 `json` is not a content type"]),
        (
            "<resource user-agent='('/>",
            &["A206 `user-agent` is not a regular expression: the group is not closed"],
        ),
        ("<resource protocol='HTTP'/>", &["A206 `protocol` cannot be `HTTP`"]),
        (
            "<resource inSequence='s'><inSequence/></resource>",
            &[
                "A501 no sequence named `s` is deployed",
                "A211 <inSequence> is ignored: the attribute `inSequence` wins",
            ],
        ),
        (
            "<resource><inSequence/><inSequence/></resource>",
            &["A208 <resource> has a second <inSequence>"],
        ),
        ("<resource><insequence/></resource>", &["A208 <resource> has no child <insequence>"]),
        (
            "<resource><inSequence key='s'/></resource>",
            &["A205 <inSequence> has no attribute `key`"],
        ),
        (
            "<resource><inSequence onError='lost'><respnd/></inSequence></resource>",
            &[
                "A501 no sequence named `lost` is deployed",
                "A301 <respnd> is neither a mediator nor a connector operation",
            ],
        ),
        (
            "<resource/><resource/>",
            &["A211 two resources take the same method of a default resource"],
        ),
        ("<resource methods='GET'/><resource methods='POST'/>", &[]),
        (
            "<resource methods='GET'/><resource/>",
            &["A211 two resources take the same method of a default resource"],
        ),
        (
            "<resource methods='GET PUT' uri-template='/x'/><resource methods='PUT' uri-template='/x'/>",
            &["A211 two resources take the same method of `/x`"],
        ),
        (
            "<resource methods='GET' uri-template='/x'/><resource methods='PUT' uri-template='/x'/>",
            &[],
        ),
        ("<resource methods='GET' uri-template='/x'/><resource uri-template='/x'/>", &[]),
        (
            "<resource uri-template='/x'/><resource methods='GET' uri-template='/x'/>",
            &["A211 no request reaches this resource: another takes every method of `/x`"],
        ),
    ];
    for (resources, expected) in rows {
        assert_eq!(load_text(&api(resources)).1, *expected, "{resources}");
    }
}

#[test]
fn proxy_problems() {
    let target = "<target><inSequence/></target>";
    let rows: &[(&str, String, &[&str])] = &[
        ("name='p'", target.to_owned(), &[]),
        ("name='p' transports='all' startOnLoad='TRUE'", target.to_owned(), &[]),
        ("", target.to_owned(), &["A204 <proxy> needs the attribute `name`"]),
        ("name='p'", String::new(), &["A207 a proxy needs a <target>"]),
        (
            "name='p'",
            "<target><outSequence/></target>".to_owned(),
            &["A207 the target of a proxy needs an <inSequence>, an <endpoint>, or both"],
        ),
        (
            "name='p'",
            "<target endpoint='lost'/>".to_owned(),
            &["A502 no endpoint named `lost` is deployed"],
        ),
        (
            "name='p'",
            "<target><endpoint/></target>".to_owned(),
            &["A207 an endpoint says where to send to"],
        ),
        (
            "name='p' transports='https vfs,jms'",
            target.to_owned(),
            &[
                "A209 the transport `vfs` is not run by Myelin",
                "A209 the transport `jms` is not run by Myelin",
            ],
        ),
        ("name='p' startOnLoad='yes'", target.to_owned(), &["A206 `startOnLoad` cannot be `yes`"]),
        (
            "name='p' startOnLoad='$SYSTEM:NOWHERE'",
            target.to_owned(),
            &["A210 `NOWHERE` is not set in the environment"],
        ),
        (
            "name='p' pinnedServers='a' serviceGroup='g'",
            format!(
                "<enableSec/><policy key='k'/><publishWSDL key='w'/><enableAddressing/>{target}"
            ),
            &[
                "A209 `pinnedServers` is not honoured: this server has no name",
                "A209 `serviceGroup` is not honoured yet",
                "A209 <enableSec> is not honoured yet",
                "A209 <policy> is not honoured yet",
                "A504 the WSDL of the proxy cannot be published: no local entry or registry \
                 resource is `w`",
                "A209 <enableAddressing> is not honoured yet",
            ],
        ),
        (
            "name='p'",
            format!("{target}<parameter name='transport.vfs.FileURI'>file:///x</parameter>"),
            &["A209 the parameter `transport.vfs.FileURI` is not honoured"],
        ),
        ("name='p'", format!("{target}<parameter name='inbound.only'>true</parameter>"), &[]),
        (
            "name='p'",
            format!("{target}<parameter/>"),
            &["A204 <parameter> needs the attribute `name`"],
        ),
    ];
    for (attributes, children, expected) in rows {
        let proxy = format!("<proxy {attributes}>{children}</proxy>");
        assert_eq!(load_text(&proxy).1, *expected, "{proxy}");
    }
}

#[test]
fn sequences_and_templates() {
    check(&[
        ("<sequence name='s' onError='s'><respond/></sequence>", &[]),
        ("<sequence name='s'><description>what it does</description><respond/></sequence>", &[]),
        ("<sequence><respond/></sequence>", &["A204 <sequence> needs the attribute `name`"]),
        ("<sequence key='s'/>", &["A211 a reference to a sequence cannot be an artifact"]),
        ("<sequence name='s' onerror='t'/>", &["A205 <sequence> has no attribute `onerror`"]),
        (
            "<template name='t' onError='lost'><parameter name='a' isMandatory='true'/>\
             <parameter name='b' defaultValue=''/><sequence><respond/></sequence></template>",
            &["A501 no sequence named `lost` is deployed"],
        ),
        ("<template name='t'/>", &["A207 a template needs a <sequence>"]),
        ("<template name='t'><parameter name='a'/><endpoint/></template>", &[]),
        (
            "<template name='t'><parameter/><parameter name='x' isMandatory='maybe'/><sequence/></template>",
            &[
                "A204 <parameter> needs the attribute `name`",
                "A206 `isMandatory` cannot be `maybe`",
            ],
        ),
    ]);
    let (loaded, _) = load_text(
        "<template name='t'><parameter name='a' isMandatory='true'/>\
         <parameter name='b' defaultValue='x'/><sequence><respond/></sequence></template>",
    );
    let template = loaded.program.template("t").unwrap();
    let parameters: Vec<_> = template
        .parameters
        .iter()
        .map(|found| (&*found.name, found.mandatory, found.default.as_deref()))
        .collect();
    assert_eq!(parameters, [("a", true, None), ("b", false, Some("x"))]);
    assert_eq!(loaded.program.sequence(template.sequence).unwrap().steps.len(), 1);
}

#[test]
fn local_entries() {
    let text = |loaded: &Loaded, key: &str| match loaded.program.entry(key) {
        Some(Entry::Text(text)) => text.to_string(),
        Some(Entry::Xml(tree)) => crate::message::Value::Xml(tree.clone()).to_text().to_string(),
        Some(Entry::Connection(_)) => "a connection".to_owned(),
        None => "nothing".to_owned(),
    };
    for (entry, expected) in [
        ("<localEntry key='k'> some text <description>d</description></localEntry>", "some text"),
        ("<localEntry key='k'><![CDATA[{\"a\": 1}]]></localEntry>", "{\"a\": 1}"),
        ("<localEntry key='k'/>", ""),
        ("<localEntry key='k'><a xmlns=''><b/></a></localEntry>", "<a><b/></a>"),
        (
            "<localEntry key='k'><endpoint><address uri='http://x'/></endpoint></localEntry>",
            "<endpoint xmlns=\"http://ws.apache.org/ns/synapse\"><address uri=\"http://x\"/></endpoint>",
        ),
    ] {
        let (loaded, found) = load_text(entry);
        assert_eq!(found, Vec::<String>::new(), "{entry}");
        assert_eq!(text(&loaded, "k"), expected, "{entry}");
    }
    let (loaded, found) = load_text(
        "<localEntry key='k'><amazonlambda.init><connectionType>init</connectionType>\
         <region>eu-west-1</region></amazonlambda.init></localEntry>",
    );
    assert_eq!((text(&loaded, "k").as_str(), found.len()), ("a connection", 0), "{found:?}");
    let (loaded, _) = load_text(
        "<localEntry key='k'><endpoint><address uri='http://x'/></endpoint></localEntry>",
    );
    assert!(loaded.program.endpoint("k").is_some());
    let (loaded, _) =
        load_text("<localEntry key='k'><sequence name='x'><respond/></sequence></localEntry>");
    assert!(loaded.program.sequence_named("k").is_some());
    check(&[
        ("<localEntry>x</localEntry>", &["A204 <localEntry> needs the attribute `key`"]),
        ("<localEntry key='k'><a/><b/></localEntry>", &["A208 <b> is ignored"]),
        (
            "<localEntry key='k' src='https://example.org/x.xml'/>",
            &[
                "A202 `https://example.org/x.xml` is not fetched: local entries are read from files only",
            ],
        ),
        (
            "<localEntry key='k' src='file:nowhere.xml'/>",
            &["A101 nowhere.xml: there is no such file or folder"],
        ),
        (
            "<localEntry key='k'><salesforce.init/></localEntry>",
            &["A209 <salesforce.init> is no connection that Myelin knows"],
        ),
    ]);
}

#[test]
fn local_entries_of_files() {
    let entry = |key: &str, src: &str| {
        format!("<localEntry xmlns='http://ws.apache.org/ns/synapse' key='{key}' src='{src}'/>")
    };
    let folder = Folder::with(&[
        ("entries/a.xml", &entry("a", "data/a.json")),
        ("entries/b.xml", &entry("b", "file:data/b.xslt")),
        ("entries/data/a.json", "{}"),
        ("entries/data/b.xslt", "<?xml version='1.0'?>\n<b><c/></b>"),
        ("other/d.txt", "d"),
    ]);
    let absolute = format!("file://{}/other/d.txt", folder.path().display());
    folder.write("entries/d.xml", entry("d", &absolute).as_bytes());
    let mut diagnostics = Diagnostics::new();
    let roots = [folder.path().to_owned()];
    let environment = Environment::default();
    let loaded = load(&roots, catalogue(), &environment, OnError::Keep, &mut diagnostics);
    assert_eq!(diagnostics.sorted().len(), 0);
    assert!(matches!(loaded.program.entry("a"), Some(Entry::Text(text)) if &**text == "{}"));
    assert!(matches!(loaded.program.entry("b"), Some(Entry::Xml(_))));
    assert!(matches!(loaded.program.entry("d"), Some(Entry::Text(text)) if &**text == "d"));
}

#[test]
fn a_registry_is_a_folder() {
    let definitions = |inner: &str| {
        format!(
            "<definitions xmlns=\"http://ws.apache.org/ns/synapse\"><registry \
             provider=\"org.apache.synapse.registry.url.SimpleURLRegistry\">\
             <parameter name=\"root\">file:res/</parameter></registry>{inner}</definitions>"
        )
    };
    let main = "<sequence xmlns=\"http://ws.apache.org/ns/synapse\" name=\"main\"/>";
    for (inner, has_main) in [("", true), ("<sequence name=\"other\"/>", false)] {
        let folder = Folder::with(&[
            ("conf/all.xml", &definitions(inner)),
            ("res/synapse.xml", &definitions(main)),
            ("res/sequence/a.xml", main),
            ("res/b.txt", "b"),
        ]);
        let mut diagnostics = Diagnostics::new();
        let roots = [folder.path().join("conf")];
        let environment = Environment::default();
        let loaded = load(&roots, catalogue(), &environment, OnError::Keep, &mut diagnostics);
        assert_eq!(diagnostics.sorted().len(), 0);
        assert_eq!(loaded.main.is_some(), has_main, "{inner}");
        assert!(loaded.program.sequence_named("sequence/a.xml").is_some());
        assert!(loaded.program.entry("b.txt").is_some());
    }
}

#[test]
fn definitions_hold_everything() {
    let (loaded, found) = load_text(
        "<definitions>
            <description>all of it</description>
            <registry provider='org.apache.synapse.registry.url.SimpleURLRegistry'/>
            <taskManager provider='x'/>
            <api name='a' context='/a'><resource/></api>
            <proxy name='p'><target endpoint='e'/></proxy>
            <endpoint name='e'><address uri='http://x'/></endpoint>
            <sequence name='s'/>
            <localEntry key='k'>x</localEntry>
            <template name='t'><sequence/></template>
            <log/>
            <respond/>
         </definitions>",
    );
    assert_eq!(found, Vec::<String>::new());
    let counts = loaded.counts;
    assert_eq!((counts.apis, counts.proxies, counts.sequences), (1, 1, 2));
    assert_eq!((counts.endpoints, counts.templates, counts.entries), (1, 1, 1));
    let main = loaded.program.sequence_named("main").unwrap();
    assert_eq!(loaded.program.sequence(main).unwrap().steps.len(), 2);
    assert_eq!(loaded.main.unwrap().in_sequence, main);
}

#[test]
fn names_are_taken_once() {
    check(&[
        (
            "<definitions><sequence name='x'/><sequence name='x'/></definitions>",
            &["A203 a second sequence is named `x`"],
        ),
        (
            "<definitions><sequence name='x'/><endpoint name='x'><default/></endpoint></definitions>",
            &["A203 the endpoint `x` has the name of a sequence"],
        ),
        (
            "<definitions><localEntry key='x'/><template name='x'><sequence/></template></definitions>",
            &["A203 the template `x` has the name of a local entry"],
        ),
        (
            "<definitions><sequence name='main'/><respond/></definitions>",
            &["A203 a second sequence is named `main`"],
        ),
        (
            "<definitions><api name='a' context='/a'><resource/></api>\
             <api name='a' context='/b'><resource/></api></definitions>",
            &["A203 a second API is named `a`"],
        ),
        (
            "<definitions><api name='a' context='/a'><resource/></api>\
             <api name='b' context='/a/'><resource/></api></definitions>",
            &["A203 the context `/a` belongs to another API"],
        ),
        (
            "<definitions><api name='a' context='/a'><resource/></api>\
             <api name='a' context='/a' version='1' version-type='url'><resource/></api>\
             <api name='a' context='/a' version='2' version-type='url'><resource/></api>\
             </definitions>",
            &[],
        ),
        (
            "<definitions><proxy name='p'><target><inSequence/></target></proxy>\
             <proxy name='p'><target><inSequence/></target></proxy></definitions>",
            &["A203 a second proxy is named `p`"],
        ),
    ]);
}

#[test]
fn kinds_that_are_not_run() {
    for (artifact, expected) in [
        ("<task name='t'/>", "A202 the task `t` is not run by Myelin yet"),
        ("<inboundEndpoint name='i'/>", "A202 the inbound endpoint `i` is not run by Myelin yet"),
        ("<messageStore name='m'/>", "A202 the message store `m` is not run by Myelin yet"),
        ("<messageProcessor name='m'/>", "A202 the message processor `m` is not run by Myelin yet"),
        ("<priorityExecutor name='e'/>", "A202 the priority executor `e` is not run by Myelin yet"),
        ("<eventSource name='e'/>", "A202 the event source `e` is not run by Myelin yet"),
        ("<data name='d'/>", "A202 the data service `d` is not run by Myelin yet"),
        ("<ruleSet/>", "A202 this rule set is not run by Myelin yet"),
        ("<sequnce name='s'/>", "A201 <sequnce> is no artifact of Synapse"),
        ("<respond/>", "A201 <respond> is no artifact of Synapse"),
        (
            "<import name='salesforce' package='org.wso2.carbon.connector'/>",
            "A209 the connector `salesforce` is not part of Myelin",
        ),
    ] {
        assert_eq!(load_text(artifact).1, [expected], "{artifact}");
    }
    let (loaded, found) = load_text("<definitions><prox name='p'/><respnd/></definitions>");
    assert_eq!(
        found,
        [
            "A201 <prox> is no artifact of Synapse",
            "A301 <respnd> is neither a mediator nor a connector operation",
        ]
    );
    assert!(loaded.main.is_some());
    let mut diagnostics = Diagnostics::new();
    let old = "<task xmlns='http://synapse.apache.org/ns/2010/04/configuration' name='t'/>";
    load_texts(&[("task.xml", old)], &mut diagnostics);
    assert_eq!(diagnostics.sorted()[0].code.id(), "A202");
}

/// How many steps a sequence has, through the sequences that it starts with.
#[test]
fn targets_and_pre_mediate_are_steps() {
    let names = |loaded: &Loaded, at: usize| -> Vec<&'static str> {
        let start = loaded.proxies[at].origin.in_sequence;
        loaded.program.sequence(start).unwrap().steps.iter().map(|placed| placed.name).collect()
    };
    let proxies = "
        <proxy name='a'><target endpoint='e'/></proxy>
        <proxy name='b'><target endpoint='e'><inSequence><log/></inSequence></target></proxy>
        <proxy name='c'><target inSequence='s'/></proxy>
        <proxy name='d'><target><inSequence><log/></inSequence></target></proxy>
        <endpoint name='e'><address uri='http://x'/></endpoint>
        <sequence name='s'/>";
    let (loaded, _) = load_text(&format!("<definitions>{proxies}</definitions>"));
    assert_eq!(names(&loaded, 0), ["send"]);
    assert_eq!(names(&loaded, 1), ["sequence", "send"]);
    assert_eq!(names(&loaded, 2), ["sequence"]);
    assert_eq!(names(&loaded, 3), ["log"]);
    let (loaded, _) = load_text(&format!(
        "<definitions>{proxies}<sequence name='pre-mediate'><log/></sequence></definitions>"
    ));
    assert_eq!(names(&loaded, 0), ["sequence", "send"]);
    assert_eq!(names(&loaded, 1), ["sequence", "sequence", "send"]);
    assert_eq!(names(&loaded, 3), ["sequence", "sequence"]);
}
