//! What APIs and proxies say of themselves: OpenAPI and WSDL.

use http::Request;

use super::super::{Reply, Routed, Router};
use super::{check, router};

fn answer(router: &Router, method: &str, target: &str) -> Reply {
    let request = Request::builder().method(method).uri(target).header("Host", "gate.test:8290");
    let (head, ()) = request.body(()).unwrap().into_parts();
    match router.route("http", &head) {
        Routed::Answer(reply) => reply,
        Routed::To(target) => panic!("{} runs", target.origin.name),
    }
}

fn text(reply: &Reply) -> &str {
    std::str::from_utf8(&reply.body).unwrap()
}

#[test]
fn definitions_stand_behind_the_context() {
    let artifacts = "
        <api name='s' context='/s'><resource uri-template='/*'/></api>
        <api name='v' context='/v' version='2' version-type='url'><resource methods='GET'/></api>
        <api name='root' context='/'><resource methods='POST'/></api>
        <localEntry key='mine'>{\"openapi\": \"3.1.0\", \"paths\": {}}</localEntry>
        <api name='m' context='/m' publishSwagger='mine'><resource/></api>";
    check(
        artifacts,
        &[
            ("GET /s?swagger.json", "200"),
            ("HEAD /s?swagger.yaml", "200"),
            ("GET /s/?swagger.yaml", "200"),
            ("GET /v/2?swagger.json", "200"),
            ("GET /?swagger.json", "200"),
            ("POST /s?swagger.json", "api:s /* [?swagger.json]"),
            ("GET /s/x?swagger.json", "api:s /* [/x?swagger.json]"),
            ("GET /s?swagger.json=1", "api:s /* [?swagger.json=1] ?swagger.json=1"),
        ],
    );
    let router = router(artifacts);
    let json = answer(&router, "GET", "/v/2?swagger.json");
    assert_eq!(json.headers["content-type"], "application/json; charset=UTF-8");
    assert_eq!(
        text(&json),
        r#"{"openapi":"3.0.3","info":{"title":"v:v2","version":"2"},"servers":[{"url":"/v/2"}],"paths":{"/*":{"get":{"responses":{"default":{"description":"Any answer."}}}}}}"#
    );
    let yaml = answer(&router, "GET", "/v/2?swagger.yaml");
    assert_eq!(yaml.headers["content-type"], "application/yaml; charset=UTF-8");
    assert!(text(&yaml).starts_with("openapi: \"3.0.3\"\ninfo:\n"), "{}", text(&yaml));
    // A published file stays as it was written; the other spelling is made of it.
    let json = answer(&router, "GET", "/m?swagger.json");
    assert_eq!(text(&json), r#"{"openapi": "3.1.0", "paths": {}}"#);
    let yaml = answer(&router, "GET", "/m?swagger.yaml");
    assert_eq!(text(&yaml), "openapi: \"3.1.0\"\npaths: {}\n");
}

#[test]
fn the_earlier_resource_is_described_where_two_could_run() {
    let router = router(
        "<api name='s' context='/s' hostname='shop.example' transports='https'>
            <resource methods='GET POST' uri-template='/o/{id}' content-type='text/xml'/>
            <resource methods='PUT' uri-template='/o/{id}'/>
            <resource methods='GET' url-mapping='*.txt'/>
            <handlers><handler class='org.wso2.micro.integrator.security.handler.RESTBasicAuthHandler'/></handlers>
         </api>",
    );
    let api = &router.apis()[0];
    let json: serde_json::Value = serde_json::from_slice(&api.definition.json).unwrap();
    assert_eq!(json["servers"][0]["url"], "https://shop.example/s");
    assert_eq!(json["security"][0]["basic"], serde_json::json!([]));
    let paths = json["paths"].as_object().unwrap();
    assert_eq!(paths.keys().collect::<Vec<_>>(), ["/o/{id}", "/*.txt"]);
    let methods = paths["/o/{id}"].as_object().unwrap();
    assert_eq!(methods.keys().collect::<Vec<_>>(), ["get", "post", "put"]);
    let content = methods["post"]["requestBody"]["content"].as_object().unwrap();
    assert_eq!(content.keys().collect::<Vec<_>>(), ["text/xml"]);
    assert_eq!(methods["get"]["parameters"][0]["name"], "id");
}

const WSDL: &str = "
    <localEntry key='types'><xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>
        <xs:include schemaLocation='more/b.xsd'/></xs:schema></localEntry>
    <localEntry key='more'><xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>
        <xs:include schemaLocation='../a b.xsd'/></xs:schema></localEntry>
    <proxy name='Orders'>
      <target><inSequence/></target>
      <publishWSDL>
        <w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/' xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/'>
          <w:types><xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>
            <xs:import schemaLocation='a b.xsd'/>
            <xs:import schemaLocation='http://elsewhere.example/c.xsd'/>
          </xs:schema></w:types>
          <w:service name='Orders'><w:port name='p' binding='b'>
            <s:address location='http://inside:9000/orders'/></w:port></w:service>
        </w:definitions>
        <resource location='a b.xsd' key='types'/>
        <resource location='more/b.xsd' key='more'/>
      </publishWSDL>
      PARAMETER
    </proxy>
    <proxy name='Plain'><target><inSequence/></target></proxy>";

#[test]
fn a_wsdl_leads_to_the_proxy() {
    let router = router(&WSDL.replace("PARAMETER", ""));
    let wsdl = answer(&router, "GET", "/services/Orders?wsdl");
    assert_eq!(wsdl.headers["content-type"], "text/xml; charset=UTF-8");
    let own = "http://gate.test:8290/services/Orders";
    let text = text(&wsdl);
    for piece in [
        format!("location=\"{own}\""),
        format!("schemaLocation=\"{own}?xsd=a%20b.xsd\""),
        "schemaLocation=\"http://elsewhere.example/c.xsd\"".to_owned(),
    ] {
        assert!(text.contains(&piece), "{piece} is missing in {text}");
    }
    assert!(!text.contains("inside:9000"), "{text}");
    let first = answer(&router, "GET", "/services/Orders?xsd=a%20b.xsd");
    let second = answer(&router, "HEAD", "/services/Orders?xsd=more/b.xsd");
    for (reply, next) in [(first, "more/b.xsd"), (second, "a%20b.xsd")] {
        let text = super::documents::text(&reply).to_owned();
        assert!(text.contains(&format!("schemaLocation=\"{own}?xsd={next}\"")), "{text}");
    }
    for missing in ["?wsdl2", "?wsdl=x", "?xsd=../../etc/passwd", "?xsd=types", "?xsd"] {
        let reply = answer(&router, "GET", &format!("/services/Orders{missing}"));
        assert_eq!(reply.status, 404, "{missing}");
    }
    check(
        &WSDL.replace("PARAMETER", ""),
        &[
            ("POST /services/Orders?wsdl", "proxy:Orders [?wsdl]"),
            ("GET /services/Orders/x?wsdl", "proxy:Orders [/x?wsdl]"),
            ("GET /services/Orders?wsdlx", "proxy:Orders [?wsdlx]"),
        ],
    );
}

#[test]
fn addresses_stay_where_they_are_meant_to() {
    let kept = "<parameter name='modifyUserWSDLPortAddress'>false</parameter>";
    let router = router(&WSDL.replace("PARAMETER", kept));
    let wsdl = answer(&router, "GET", "/services/Orders?wsdl");
    assert!(text(&wsdl).contains("location=\"http://inside:9000/orders\""), "{}", text(&wsdl));
}

#[test]
fn a_proxy_without_a_wsdl_is_described_as_taking_anything() {
    let router = router(&WSDL.replace("PARAMETER", ""));
    let wsdl = answer(&router, "GET", "/services/Plain?wsdl");
    let text = text(&wsdl);
    assert!(text.contains("<wsdl:service name=\"Plain\">"), "{text}");
    assert_eq!(text.matches("location=\"http://gate.test:8290/services/Plain\"").count(), 2);
}

#[test]
fn a_host_cannot_break_out_of_a_wsdl() {
    let router = router(&WSDL.replace("PARAMETER", ""));
    let host = "a\"'><b>&";
    let request = Request::get("/services/Plain?wsdl").header("Host", host);
    let (head, ()) = request.body(()).unwrap().into_parts();
    let Routed::Answer(reply) = router.route("http", &head) else { panic!("a flow runs") };
    let text = text(&reply);
    assert!(!text.contains("<b>") && text.contains("a&quot;&apos;>&lt;b>&amp;/services"), "{text}");
}
