//! What the compiler says of wrong splits and joins, and what a failing target stops.

use crate::mediators::testing::{Given, problems};

const LOG: &str = "<target><sequence><log/></sequence></target>";
const DONE: &str = "<onComplete><respond/></onComplete>";
const GATHER: &str = "<aggregation expression=\"${payload}\"/><sequence><log/></sequence>";

/// Rows of an element's attributes, its content, and all that is said of it.
fn says(name: &str, rows: &[(&str, &str, &[&str])]) {
    for (attributes, content, expected) in rows {
        let element = format!("<{name} {attributes}>{content}</{name}>");
        assert_eq!(problems(&element), *expected, "{element}");
    }
}

#[test]
fn wrong_clones_are_told_of() {
    says(
        "clone",
        &[
            ("", "", &["A207 <clone> needs a <target>"]),
            (
                "",
                "<sequence><log/></sequence>",
                &["A207 <clone> needs a <target>", "A208 <clone> has no child <sequence>"],
            ),
            ("", "<target/>", &["A207 the target is nowhere"]),
            (
                "",
                "<target><log/></target>",
                &["A207 the target is nowhere", "A208 <target> has no child <log>"],
            ),
            ("", "<target soapAction=\"urn:a\"/>", &["A207 the target is nowhere"]),
            (
                "",
                "<target sequenc=\"a\"/>",
                &["A207 the target is nowhere", "A205 <target> has no attribute `sequenc`"],
            ),
            ("", "<target sequence=\"none\"/>", &["A501 no sequence named `none` is deployed"]),
            ("", "<target endpoint=\"none\"/>", &["A502 no endpoint named `none` is deployed"]),
            (
                "",
                "<target sequence=\"{//[}\"/>",
                &["A401 a name, `*` or a node type is expected here"],
            ),
            (
                "",
                "<target><sequence><lgo/></sequence></target>",
                &["A301 <lgo> is neither a mediator nor a connector operation"],
            ),
            ("iterations=\"three\"", LOG, &["A206 `iterations` cannot be `three`"]),
            ("iterations=\"${vars.n}\"", LOG, &["A206 `iterations` cannot be `${vars.n}`"]),
            ("iterations=\"{${vars.n}}\"", LOG, &[]),
            ("continueParent=\"yes\"", LOG, &["A206 `continueParent` cannot be `yes`"]),
            ("sequential=\"1\"", LOG, &["A206 `sequential` cannot be `1`"]),
        ],
    );
    let two = format!("{LOG}{LOG}");
    says(
        "clone",
        &[(
            "iterations=\"3\"",
            &two,
            &["A208 <target> is ignored: with `iterations` there is one target"],
        )],
    );
}

#[test]
fn wrong_iterations_are_told_of() {
    says(
        "iterate",
        &[
            ("", LOG, &["A204 <iterate> needs the attribute `expression`"]),
            ("expression=\"//a\"", "", &["A207 <iterate> needs a <target>"]),
            (
                "expression=\"//a[\"",
                LOG,
                &["A401 a path or a value is expected, but the expression ends"],
            ),
            ("expression=\"${payload.a}\"", LOG, &["A206 iterate takes a fixed path"]),
            ("expression=\"json-eval($.a[{$ctx:at}])\"", LOG, &["A206 iterate takes a fixed path"]),
            (
                "expression=\"//a\" attachPath=\"//b\"",
                LOG,
                &["A211 `attachPath` needs preservePayload=\"true\""],
            ),
            (
                "expression=\"//a\" preservePayload=\"true\" attachPath=\"json-eval($.b)\"",
                LOG,
                &["A211 `attachPath` is of another language"],
            ),
            (
                "expression=\"json-eval($.a)\" preservePayload=\"true\" attachPath=\"//b\"",
                LOG,
                &["A211 `attachPath` is of another language"],
            ),
            (
                "expression=\"json-eval($.a)\" preservePayload=\"true\" attachPath=\"${payload.b}\"",
                LOG,
                &["A211 `attachPath` is of another language"],
            ),
            ("expression=\"//a\" sequential=\"no\"", LOG, &["A206 `sequential` cannot be `no`"]),
            (
                "expression=\"//a\" preservePaylod=\"true\"",
                LOG,
                &["A205 <iterate> has no attribute `preservePaylod`"],
            ),
        ],
    );
    let two = format!("{LOG}{LOG}");
    says(
        "iterate",
        &[("expression=\"//a\"", &two, &["A208 <target> is ignored: there is a target already"])],
    );
}

#[test]
fn wrong_aggregates_are_told_of() {
    let with = |more: &str| format!("{more}{DONE}");
    for (content, expected) in [
        (String::new(), vec!["A207 <aggregate> needs an <onComplete>"]),
        (with("<oncomplete/>"), vec!["A208 <aggregate> has no child <oncomplete>"]),
        (with("<correlateOn/>"), vec!["A204 <correlateOn> needs the attribute `expression`"]),
        (with("<completeCondition timeout=\"soon\"/>"), vec!["A206 `timeout` cannot be `soon`"]),
        (
            with("<completeCondition timout=\"5\"/>"),
            vec!["A205 <completeCondition> has no attribute `timout`"],
        ),
        (
            with("<completeCondition><messageCount min=\"few\" max=\"1.5\"/></completeCondition>"),
            vec!["A206 `min` cannot be `few`", "A206 `max` cannot be `1.5`"],
        ),
        (
            with("<completeCondition><messagecount min=\"2\"/></completeCondition>"),
            vec!["A208 <completeCondition> has no child <messagecount>"],
        ),
        (
            with(
                "<completeCondition><messageCount min=\"{$ctx:n}\" max=\"-1\"/></completeCondition>",
            ),
            vec![],
        ),
        (
            "<onComplete expression=\"json-eval($.a\"/>".to_owned(),
            vec!["A401 `json-eval(` is not closed"],
        ),
        (
            "<onComplete aggregateElementType=\"leaf\"/>".to_owned(),
            vec!["A206 `aggregateElementType` cannot be `leaf`"],
        ),
        (
            "<onComplete sequence=\"none\"><log/></onComplete>".to_owned(),
            vec![
                "A501 no sequence named `none` is deployed",
                "A208 <log> is ignored: what runs is a sequence by key",
            ],
        ),
    ] {
        let element = format!("<aggregate>{content}</aggregate>");
        assert_eq!(problems(&element), expected, "{element}");
    }
}

#[test]
fn wrong_gatherings_are_told_of() {
    says(
        "scatter-gather",
        &[
            ("", "<sequence><log/></sequence>", &["A207 <scatter-gather> needs an <aggregation>"]),
            (
                "",
                "<aggregation expression=\"${payload}\"/>",
                &["A207 <scatter-gather> needs a <sequence>"],
            ),
            (
                "",
                "<aggregation/><sequence><log/></sequence>",
                &["A204 <aggregation> needs the attribute `expression`"],
            ),
            (
                "",
                "<aggregation expression=\"${payload}\" timeout=\"soon\" min-messages=\"x\"/><sequence><log/></sequence>",
                &["A206 `timeout` cannot be `soon`", "A206 `min-messages` cannot be `x`"],
            ),
            (
                "",
                "<aggregation expression=\"${payload\"/><sequence><log/></sequence>",
                &["A401 a variable's name must follow `$`"],
            ),
            (
                "target=\"variable\"",
                GATHER,
                &["A204 <scatter-gather> needs the attribute `target-variable`"],
            ),
            ("target=\"header\"", GATHER, &["A206 `target` cannot be `header`"]),
            (
                "result-content-type=\"XML\"",
                GATHER,
                &["A204 <scatter-gather> needs the attribute `result-enclosing-element`"],
            ),
            (
                "result-content-type=\"XML\" result-enclosing-element=\"a b\"",
                GATHER,
                &["A206 `a b` is no name of an element"],
            ),
            (
                "result-content-type=\"CSV\"",
                GATHER,
                &["A206 `result-content-type` cannot be `CSV`"],
            ),
        ],
    );
}

#[test]
fn targets_behind_one_that_failed_are_left_out_where_that_is_asked_for() {
    let clone = |stop: &str| {
        format!(
            "<property name=\"STOP_TARGET_EXECUTION_ON_FAILURE\" value=\"{stop}\"/>\
             <clone sequential=\"true\"><target><sequence onError=\"dropped\"><throwError type=\"A\"/></sequence></target>\
             <target><sequence><respond/></sequence></target></clone>"
        )
    };
    for (stop, answered) in [("true", false), ("false", true)] {
        let ran = Given::json("{}").sequence("dropped", "<drop/>").run(&clone(stop));
        assert_eq!(ran.answer.is_some_and(|answer| answer.status == 200), answered, "{stop}");
    }
}

#[test]
fn an_aggregate_without_anything_to_do_drops_the_whole() {
    let split = "<scatter-gather target=\"variable\" target-variable=\"x\"><aggregation \
        expression=\"${payload}\"/><sequence><log/></sequence></scatter-gather>";
    let mediators = format!(
        "<iterate expression=\"json-eval($)\"><target><sequence>{split}</sequence></target></iterate>\
         <aggregate><onComplete expression=\"json-eval($)\"/></aggregate><respond/>"
    );
    let ran = Given::json("[1, 2]").run(&mediators);
    assert!(ran.answer.is_none() && ran.end.is_none() && ran.fault.is_none());
}
