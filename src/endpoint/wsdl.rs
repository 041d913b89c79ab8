//! WSDL 1.1, as far as an endpoint needs it: the address of a port and what is spoken there.

use std::sync::Arc;

use super::Form;
use crate::xml::{NodeId, Tree};

/// The namespace of WSDL 1.1.
pub const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";

/// What is spoken at an address, by the address's namespace.
const SPOKEN: [(&str, Form); 3] = [
    ("http://schemas.xmlsoap.org/wsdl/soap/", Form::Soap11),
    ("http://schemas.xmlsoap.org/wsdl/soap12/", Form::Soap12),
    (HTTP, Form::Rest),
];

const HTTP: &str = "http://schemas.xmlsoap.org/wsdl/http/";

/// A port of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Where it is.
    pub address: Arc<str>,
    /// What is spoken there.
    pub form: Form,
}

/// Why a WSDL does not tell where a port is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoPort {
    /// It is none, or none of version 1.1.
    NoWsdl,
    /// It has other services.
    NoService(Vec<String>),
    /// The service has other ports.
    NoPort(Vec<String>),
    /// The port has no address.
    NoAddress,
}

impl Port {
    /// The port of a WSDL.
    pub fn find(wsdl: &Tree, service: &str, port: &str) -> Result<Self, NoPort> {
        let root = wsdl.root_element().filter(|root| is(wsdl, *root, "definitions"));
        let root = root.ok_or(NoPort::NoWsdl)?;
        let found = named(wsdl, root, "service", service).map_err(NoPort::NoService)?;
        let found = named(wsdl, found, "port", port).map_err(NoPort::NoPort)?;
        let (address, form) = address(wsdl, found).ok_or(NoPort::NoAddress)?;
        let by_get = form == Form::Rest && is_bound_to_get(wsdl, root, found);
        let form = if by_get { Form::Get } else { form };
        Ok(Self { address: address.trim().into(), form })
    }
}

fn is(wsdl: &Tree, node: NodeId, name: &str) -> bool {
    let found = wsdl.name(node);
    found.is_some_and(|found| found.namespace.as_deref() == Some(WSDL) && *found.local == *name)
}

/// The child of a kind with a name; the names that there are when none has it.
fn named(wsdl: &Tree, parent: NodeId, kind: &str, name: &str) -> Result<NodeId, Vec<String>> {
    let all = || wsdl.child_elements(parent).filter(|child| is(wsdl, *child, kind));
    let name_of = |child: NodeId| wsdl.attribute(child, None, "name").unwrap_or_default();
    all()
        .find(|child| name_of(*child) == name)
        .ok_or_else(|| all().map(|child| name_of(child).to_owned()).collect())
}

fn address(wsdl: &Tree, port: NodeId) -> Option<(&str, Form)> {
    wsdl.child_elements(port).find_map(|child| {
        let name = wsdl.name(child).filter(|name| &*name.local == "address")?;
        let (_, form) =
            SPOKEN.iter().find(|(space, _)| name.namespace.as_deref() == Some(space))?;
        Some((wsdl.attribute(child, None, "location")?, *form))
    })
}

/// Whether an HTTP port takes its operations by GET.
fn is_bound_to_get(wsdl: &Tree, root: NodeId, port: NodeId) -> bool {
    let binding = wsdl.attribute(port, None, "binding").unwrap_or_default();
    let binding = binding.rsplit(':').next().unwrap_or_default();
    let Ok(binding) = named(wsdl, root, "binding", binding) else { return false };
    let http = wsdl.child(binding, Some(HTTP), "binding");
    let verb = http.and_then(|http| wsdl.attribute(http, None, "verb"));
    verb.is_some_and(|verb| verb.eq_ignore_ascii_case("GET"))
}

#[cfg(test)]
mod tests {
    use super::{NoPort, Port};
    use crate::endpoint::Form;
    use crate::xml::{Limits, parse};

    const WSDL: &str = "<w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/'
        xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/'
        xmlns:t='http://schemas.xmlsoap.org/wsdl/soap12/'
        xmlns:h='http://schemas.xmlsoap.org/wsdl/http/'>
      <w:binding name='G'><h:binding verb='GET'/></w:binding>
      <w:binding name='P'><h:binding verb='POST'/></w:binding>
      <w:service name='A'>
        <w:documentation/>
        <w:port name='one' binding='b'><s:address location=' http://a/1 '/></w:port>
        <w:port name='two' binding='b'><t:address location='http://a/2'/></w:port>
        <w:port name='get' binding='x:G'><h:address location='http://a/3'/></w:port>
        <w:port name='post' binding='P'><h:address location='http://a/4'/></w:port>
        <w:port name='none' binding='b'><address location='http://a/5'/></w:port>
      </w:service>
      <w:service name='B'/>
    </w:definitions>";

    #[test]
    fn finds_ports() {
        let wsdl = parse(WSDL.as_bytes(), None, &Limits::default()).unwrap();
        for (port, address, form) in [
            ("one", "http://a/1", Form::Soap11),
            ("two", "http://a/2", Form::Soap12),
            ("get", "http://a/3", Form::Get),
            ("post", "http://a/4", Form::Rest),
        ] {
            let expected = Port { address: address.into(), form };
            assert_eq!(Port::find(&wsdl, "A", port), Ok(expected), "{port}");
        }
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        for (service, port, expected) in [
            ("C", "one", NoPort::NoService(names(&["A", "B"]))),
            ("A", "One", NoPort::NoPort(names(&["one", "two", "get", "post", "none"]))),
            ("B", "one", NoPort::NoPort(Vec::new())),
            ("A", "none", NoPort::NoAddress),
        ] {
            assert_eq!(Port::find(&wsdl, service, port), Err(expected), "{service} {port}");
        }
        let other = parse(b"<definitions/>", None, &Limits::default()).unwrap();
        assert_eq!(Port::find(&other, "A", "one"), Err(NoPort::NoWsdl));
    }
}
