"""Documents and XPath expressions made by chance from a seed: every axis, node test, operator and core function, odd arguments too.

Numbers that become text, and text that becomes a number, are plain almost everywhere, since engines differ there: the odd ones
stand alone, in the forms `string(NUMBER)` and `number('TEXT')`.
"""

from __future__ import annotations

import random
from xml.sax.saxutils import escape, quoteattr

NAMESPACES = {"p": "urn:p", "q": "urn:q", "d": "urn:default"}

AXES = (
    "ancestor ancestor-or-self attribute child descendant descendant-or-self following following-sibling"
    " namespace parent preceding preceding-sibling self"
).split()
NAMES = ["a", "b", "c", "g"]
TESTS = [*NAMES * 4, *"p:a p:b q:c d:a d:g p:* q:* * * * * node() node() text() text() comment()".split()] + [
    "processing-instruction()",
    "processing-instruction('t')",
]
NAMESPACE_TESTS = ["*", "*", "node()", "node()/..", "*[. = 'urn:p']", "*[name() = 'q']", "*/@n", "p:*", "q:*"]
# No `e`, `d` or `f` follows a digit: those are numbers to some.
TEXTS = [
    "1",
    "2",
    "2.5",
    "-3",
    " 4 ",
    "007",
    ".5",
    "10",
    "tick",
    "tock",
    " two  words\t",
    "\n",
    "  ",
    "\u00df\u00e4",
    "\u4e2d",
    "\U0001d11e",
    "\u00a0",
    "x<y&z",
    "it's",
    "a",
]
LITERALS = ["", "1", "2", " 3 ", "0.5", "-1", "tick", "to", "k", " ", "a", "ab", "\u00df", "\U0001d11e", "xyz", "true", "urn:p", "x1"]
# Numbers that engines write in ways of their own, and texts that they read so.
WILD_NUMBERS = [
    "1 div 3",
    "0.1 + 0.2",
    "1000000 * 1000000",
    "1000000000000000000000",
    "9007199254740993",
    "0.000001",
    "1 div 10000000",
    "123456789.123456789",
    "-0.0000001",
    "2 div 3 * 1000000000",
    "-0",
    "0 * -1",
    "1 div 0",
    "-1 div 0",
    "0 div 0",
    "round(-0.4)",
    "ceiling(-0.5)",
    "4.35",
    "100 * 1.1",
]
WILD_TEXTS = ["1e3", "1E-2", "+5", "1d", "2F", "Infinity", "-Infinity", "NaN", "inf", ".", "-", "- 5", "5.", "-.5", "--5", "0x10", "1 2", "1,5", "\u00a05"]
BROKEN = [
    "", " ", "a[", "a]", "a[]", "(a", "a)", "count()", "count(1)", "count('a')", "sum(true())", "concat('a')", "concat()", "nothing(1)",
    "p:nothing()", "z:a", "a b", "//", "a//", "a/", "a/ /b", "1 +", "+ 1", "1 + + 2", "a and", "or or or or", "@@a", "@", "a::b", "child::",
    "'a", "\"a'", "1 = ", "= 1", "a | 1", "1 | a", "'a'/b", "1/a", "true()/a", "a!b", "a && b", "a || b", "not()", "not(1, 2)", "$", "$nothing",
    "$p:nothing", "#", "a,b", "string(1, 2)", "substring('a')", "substring('a', 1, 2, 3)", "last(1)", "text(", "text()()", "node(1)",
    "comment('a')", "processing-instruction(a)", "a[1", "self::", "..[1]x", "a/1", "a/'b'", "a/(b)", "a/count(b)", "1 2", "'a' 'b'", "id()",
    "translate('a', 'b')", "starts-with('a')", "lang()", "position(1)", "true(1)", "round()", "name(1)", "local-name('a')", "namespace-uri(1)",
    "1.2.3", "...", "a...b", "p:", ":a", "p::a", "a:b:c", "* *", "- ", "!", "a[b", "a['x]", "{a}", "a;b", "a = = b", "a < > b",
]  # fmt: skip


class Generator:
    """Documents and expressions; the same seed makes the same ones."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.ids = 0
        self.predicates_open = 0

    # Documents

    def document(self) -> str:
        self.ids = 0
        around = ["<!--before-->", "<?t around?>"]
        declared = " ".join(f'xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in ("p", "q"))
        root = f"<a {declared}>{self.content(0)}{self.content(0)}</a>"
        # From what is behind a root element that comes first, libxml2 does not see that element.
        return self.pick([root, self.pick(around) + root, self.pick(around) + root + self.pick(around)])

    def content(self, depth: int) -> str:
        parts = []
        for _ in range(self.chance.randint(0, 5 - depth)):
            kind = self.chance.random()
            if kind < 0.5 and depth < 4:
                parts.append(self.element(depth))
            elif kind < 0.8:
                parts.append(self.characters())
            elif kind < 0.87:
                parts.append(f"<!--{self.pick(['note', '1', ' 2 ', ''])}-->")
            elif kind < 0.94:
                parts.append(f"<?{self.pick(['t', 'u'])} {self.pick(['1', 'tick', ''])}?>")
        return "".join(parts)

    def characters(self) -> str:
        text = self.pick(TEXTS)
        kind = self.chance.random()
        if kind < 0.2:
            return f"<![CDATA[{text}]]>"
        if kind < 0.3:
            return "".join(f"&#{ord(c)};" for c in text)
        return escape(text)

    def element(self, depth: int) -> str:
        prefix = self.pick(["", "", "", "", "p:", "q:"])
        name = prefix + self.pick(NAMES)
        attributes = {}
        if not prefix and self.chance.random() < 0.1:
            attributes["xmlns"] = self.pick(["urn:default", ""])
        if self.chance.random() < 0.1:
            attributes["xmlns:" + self.pick(["r", "q"])] = self.pick(["urn:r", "urn:q"])
        for attribute in ("n", "k", "p:n"):
            if self.chance.random() < 0.3:
                attributes[attribute] = self.pick(TEXTS)
        if self.chance.random() < 0.15:
            attributes["xml:lang"] = self.pick(["en", "en-US", "de", "DE-ch", ""])
        if self.chance.random() < 0.2:
            self.ids += 1
            attributes["xml:id"] = f"i{self.ids}"
        written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        inside = self.content(depth + 1)
        return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"

    # Expressions

    def expression(self) -> str:
        kind = self.chance.random()
        if kind < 0.03:
            return self.pick(BROKEN)
        if kind < 0.05:
            return f"string({self.pick(WILD_NUMBERS)})"
        if kind < 0.07:
            return f"number('{self.pick(WILD_TEXTS)}')"
        if kind < 0.085:
            return f"count({self.pick(['', '//', './/*/'])}namespace::{self.pick(NAMESPACE_TESTS)})"
        if kind < 0.09:
            return f"string({self.pick(['//@* | namespace::p', './/*/namespace::xml | //text()', 'namespace::q | */@n'])})"
        if kind < 0.55:
            nodes = self.nodes(3)
            # What an engine hands out for a namespace node is its own affair.
            return f"count({nodes})" if "namespace" in nodes else nodes
        return self.pick([self.number, self.text, self.boolean])(3)

    def nodes(self, depth: int) -> str:
        kind = self.chance.random()
        if depth == 0 or kind < 0.75:
            return self.path(depth)
        if kind < 0.83:
            return f"{self.nodes(depth - 1)} | {self.nodes(depth - 1)}"
        if kind < 0.86:
            return f"id({self.pick([self.text, self.nodes])(depth - 1)})"
        if kind < 0.88:
            return f"id('i1 i3\ti{self.chance.randint(1, 9)}')"
        tail = self.pick(["", "", "/" + self.steps(depth - 1), "//" + self.steps(depth - 1)])
        return f"({self.nodes(depth - 1)}){self.predicates(depth - 1, 0.7)}{tail}"

    def path(self, depth: int) -> str:
        start = self.pick(["", "", "/", "//", "//", "//", "./", ".//", "../"])
        if start == "/" and self.chance.random() < 0.1:
            return "/"
        return start + self.steps(depth)

    def steps(self, depth: int) -> str:
        count = self.pick([1, 1, 1, 2, 2, 3])
        written = self.step(depth)
        for _ in range(count - 1):
            written += self.pick(["/", "/", "/", "//"]) + self.step(depth)
        return written

    def step(self, depth: int) -> str:
        kind = self.chance.random()
        if kind < 0.08:
            return self.pick([".", ".."])
        if kind < 0.2:
            return "@" + self.pick(["n", "k", "p:n", "*", "node()", "xml:lang"]) + self.predicates(depth, 0.2)
        if kind < 0.55:
            return self.pick(TESTS) + self.predicates(depth, 0.35)
        axis = self.pick(AXES)
        # Of several namespace nodes of an element each engine has another order.
        tests = ["p", "q", "r", "xml", "text()"] if axis == "namespace" else TESTS
        return axis + self.pick(["::", "::", " :: "]) + self.pick(tests) + self.predicates(depth, 0.35)

    def predicates(self, depth: int, likely: float) -> str:
        written = ""
        while depth > 0 and self.chance.random() < likely and len(written) < 200:
            self.predicates_open += 1
            written += f"[{self.predicate(depth - 1)}]"
            self.predicates_open -= 1
            likely /= 2
        return written

    def predicate(self, depth: int) -> str:
        kind = self.chance.random()
        if kind < 0.25:
            return self.pick(["1", "2", "3", "last()", "last() - 1", "position()", "0", "1.5", "-1", "position() mod 2"])
        if kind < 0.45:
            place = self.pick(["1", "2", "last()", "last() div 2", "count(*)", "@n"])
            return f"position() {self.comparison()} {place}"
        return self.pick([self.boolean, self.boolean, self.nodes, self.nodes, self.number, self.text])(depth)

    def place(self) -> str:
        """libxml2 knows no place of the context node outside predicates."""
        return self.pick(["position()", "last()"]) if self.predicates_open else "1"

    def comparison(self) -> str:
        return self.pick(["=", "!=", "<", "<=", ">", ">="])

    def any(self, depth: int) -> str:
        return self.pick([self.nodes, self.nodes, self.number, self.text, self.boolean])(depth)

    def boolean(self, depth: int) -> str:
        if depth <= 0:
            return self.pick(["true()", "false()", "*", "@n", "lang('en')", "lang('DE')"])
        below = depth - 1
        forms = [
            lambda: f"{self.operand(below)} {self.comparison()} {self.operand(below)}",
            lambda: f"{self.operand(below)} {self.comparison()} {self.operand(below)}",
            lambda: f"({self.boolean(below)}) {self.pick(['and', 'or'])} {self.boolean(below)}",
            lambda: f"not({self.any(below)})",
            lambda: f"boolean({self.any(below)})",
            lambda: f"contains({self.argument(below)}, {self.argument(below)})",
            lambda: f"starts-with({self.argument(below)}, {self.argument(below)})",
        ]
        return self.pick(forms)()

    def operand(self, depth: int) -> str:
        kind = self.chance.random()
        if kind < 0.45:
            nodes = self.nodes(depth)
            return f"({nodes})" if " | " in nodes else nodes
        if kind < 0.7:
            return f"({self.number(depth)})"
        return self.text(depth) if kind < 0.88 else f"({self.boolean(depth)})"

    def number(self, depth: int) -> str:
        """Any number; in a text only a whole one, see `whole`."""
        if depth <= 0:
            return self.pick(["0", "1", "2", "3", "0.5", "2.75", ".5", "4.", "10", "count(*)", self.place()])
        below = depth - 1
        forms = [
            lambda: self.whole(depth),
            lambda: f"{self.number(below)} {self.pick(['+', '-', '*', 'div', 'mod'])} {self.number(below)}",
            lambda: f"({self.number(below)}) {self.pick(['+', '-', '*', 'div', 'mod'])} ({self.number(below)})",
            lambda: f"{self.pick(['-', '--', '- -'])}({self.number(below)})",
            lambda: f"{self.pick(['floor', 'ceiling', 'round'])}({self.number(below)})",
            lambda: f"sum({self.nodes(below)})",
            lambda: f"number({self.any(below)})",
            lambda: "number()",
        ]
        return self.pick(forms)()

    def whole(self, depth: int) -> str:
        below = depth - 1
        forms = [
            lambda: f"count({self.nodes(below)})",
            lambda: f"string-length({self.argument(below)})",
            lambda: "string-length()",
            lambda: self.pick(["1", "12", "-3", "0", self.place()]),
        ]
        return self.pick(forms)()

    def text(self, depth: int) -> str:
        if depth <= 0:
            return self.pick(["string()", "name()", "local-name()", "namespace-uri()", "normalize-space()", *[self.literal()] * 5])
        below = depth - 1
        one, two = (lambda: self.argument(below)), (lambda: self.argument(below))
        place = lambda: self.pick(["0", "1", "2", "1.5", "2.5", "-1", "-0.5", "0 div 0", "1 div 0", "-1 div 0", self.number(below)])  # noqa: E731
        forms = [
            self.literal,
            lambda: f"string({self.pick([self.nodes, self.text, self.boolean, self.whole])(below)})",
            lambda: f"concat({one()}, {two()})",
            lambda: f"concat({one()}, {two()}, {self.pick([self.boolean, self.whole])(below)})",
            lambda: f"substring({one()}, {place()})",
            lambda: f"substring({one()}, {place()}, {place()})",
            lambda: f"substring-before({one()}, {two()})",
            lambda: f"substring-after({one()}, {two()})",
            lambda: f"normalize-space({one()})",
            lambda: f"translate({one()}, {two()}, {one()})",
            lambda: f"{self.pick(['name', 'local-name', 'namespace-uri'])}({self.nodes(below)})",
        ]
        return self.pick(forms)()

    def argument(self, depth: int) -> str:
        return self.pick([self.literal, lambda: self.nodes(depth), lambda: self.text(depth), lambda: self.whole(depth)])()

    def literal(self) -> str:
        quote = self.pick(["'", '"'])
        return quote + self.pick(LITERALS) + quote

    def pick(self, choices):
        return self.chance.choice(choices)
