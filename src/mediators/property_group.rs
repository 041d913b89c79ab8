//! `propertyGroup`: several properties in one element.

use super::property::{ATTRIBUTES, Property, property};
use crate::mediation::{
    Children, Compiler, Flow, Interrupt, MediatorSpec, Outcome, Run, Step, check_attributes,
};
use crate::xml::document::Element;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "propertyGroup",
    summary: "Runs several `property` elements.",
    example: "<propertyGroup><property name=\"a\" value=\"1\"/><property name=\"b\" value=\"2\"/></propertyGroup>",
    attributes: &[],
    children: Children::Named(&["property"]),
    compile,
};

#[derive(Debug)]
struct PropertyGroup(Vec<Property>);

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let mut properties = Vec::new();
    for child in element.children().filter(|child| child.name() == "property") {
        if check_attributes(child, ATTRIBUTES, compiler) {
            properties.extend(property(child, compiler));
        }
    }
    Some(Step::Run(Box::new(PropertyGroup(properties))))
}

impl Run for PropertyGroup {
    /// Properties set before one that needs the body are set again when the group runs again;
    /// setting twice is the same as setting once.
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        for property in &self.0 {
            property.run(flow)?;
        }
        Ok(Outcome::Next)
    }
}
