//! Modules depend on each other in one direction: no circle among the modules of a crate, nor among the children
//! of a module. And those of `jolt-core` keep to the layers that `ARCHITECTURE.md` lists.
//!
//! Between a module and its children both directions are allowed: a trait above, those that have it below. But in
//! some places a module's own file stands on one side of its children, and must stay there ([`ONE_SIDED`]).

mod source;
mod tokens;

use source::{Crate, Mention, Path};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path as File;

const CRATES: [&str; 5] = [
    "sumcheck",
    "commitments",
    "instruction-tables",
    "tracer",
    "jolt-core",
];

/// What opens a circle and is allowed: crate and module, a child, another one that it may name, and why.
const ALLOWED: [(&str, &str, &str, &str); 5] = [
    (
        "sumcheck",
        "field",
        "expr",
        "a field's fastest loop over pairs takes a whole summand",
    ),
    (
        "sumcheck::field::packed",
        "emulated",
        "operations",
        "algorithms over lanes take types of the operations that choose between them",
    ),
    ("sumcheck::field::packed", "ifma", "operations", "as above"),
    ("sumcheck::field::packed", "fma", "operations", "as above"),
    (
        "sumcheck::field::packed::emulated",
        "fault",
        "arch",
        "a lane that errs is made where lanes are",
    ),
];

/// Modules whose own file either names its children or is named by them.
const ONE_SIDED: [&str; 7] = [
    "sumcheck",
    "commitments",
    "instruction-tables",
    "tracer",
    "jolt-core",
    "jolt-core::memory",
    "jolt-core::vm",
];

fn root() -> &'static File {
    File::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A module's own file among its children.
const OWN: &str = "self";

/// Among the children of a module, who names whom, and an example of where.
type Graph<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a Mention>>;

fn graph<'a>(parent: &Path, mentions: &'a [Mention]) -> Graph<'a> {
    let child = |path: &'a Path| match path.strip_prefix(parent.as_slice())? {
        [] => Some(OWN),
        [child, ..] => Some(child.as_str()),
    };
    let mut graph = Graph::new();
    for mention in mentions {
        if let (Some(from), Some(to)) = (child(&mention.from), child(&mention.to))
            && from != to
        {
            let named = graph.entry(from).or_default();
            named.entry(to).or_insert(mention);
        }
    }
    graph
}

/// A circle, as the steps that lead around it.
fn circle<'a>(graph: &Graph<'a>) -> Option<Vec<&'a Mention>> {
    let mut left = BTreeSet::new();
    let starts = graph.keys();
    starts.copied().find_map(|start| {
        let mut way = vec![start];
        circle_from(graph, &mut way, &mut left)
    })
}

/// The same, of a way that goes on from where it ends. What was `left` leads to none.
fn circle_from<'a>(
    graph: &Graph<'a>,
    way: &mut Vec<&'a str>,
    left: &mut BTreeSet<&'a str>,
) -> Option<Vec<&'a Mention>> {
    let last = *way.last()?;
    for next in graph.get(last).into_iter().flat_map(BTreeMap::keys) {
        if let Some(first) = way.iter().position(|name| name == next) {
            let ends = way[first..]
                .iter()
                .zip(way[first + 1..].iter().chain([next]));
            return Some(ends.map(|(from, to)| graph[from][to]).collect());
        }
        if !left.contains(next) {
            way.push(next);
            let found = circle_from(graph, way, left);
            if found.is_some() {
                return found;
            }
            way.pop();
        }
    }
    left.insert(last);
    None
}

fn described(circle: &[&Mention]) -> String {
    let step = |mention: &&Mention| {
        let from = mention.from.join("::");
        format!(
            "\n    {from} names {} as `{}`",
            mention.to.join("::"),
            mention.written
        )
    };
    circle.iter().map(step).collect()
}

#[test]
fn no_modules_depend_on_each_other_in_a_circle() {
    let mut circles = String::new();
    let mut unused: BTreeSet<_> = ALLOWED.iter().collect();
    for name in CRATES {
        let modules = Crate::read(&root().join(name));
        let mentions = modules.mentions();
        for parent in modules.modules() {
            let mut graph = graph(parent, &mentions);
            let place = [&[name.to_owned()], parent.as_slice()].concat().join("::");
            if !ONE_SIDED.contains(&place.as_str()) {
                graph.remove(OWN);
            }
            for allowed in &ALLOWED {
                let (at, from, to, _why) = *allowed;
                let named = graph.get_mut(from).filter(|_| at == place);
                if named.is_some_and(|named| named.remove(to).is_some()) {
                    unused.remove(allowed);
                }
            }
            if let Some(circle) = circle(&graph) {
                circles += &format!("\n{place}:{}", described(&circle));
            }
        }
    }
    assert!(circles.is_empty(), "circles:{circles}");
    assert!(unused.is_empty(), "no longer there: {unused:?}");
}

/// The layers of `jolt-core` from the bottom up, as `ARCHITECTURE.md` lists them.
fn layers() -> Vec<BTreeSet<String>> {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, section) = page.split_once("\n## The modules of jolt-core\n").unwrap();
    let rows = section.lines().skip_while(|line| !line.starts_with("|---"));
    let rows = rows.skip(1).take_while(|line| line.starts_with('|'));
    let names = |row: &str| {
        let cell = row.split('|').nth(1).unwrap();
        let names = cell.split('`').skip(1).step_by(2);
        names.map(str::to_owned).collect()
    };
    rows.map(names).collect()
}

#[test]
fn the_machine_is_built_in_the_layers_drawn() {
    let layers = layers();
    let modules = Crate::read(&root().join("jolt-core"));
    let all: Vec<&String> = layers.iter().flatten().collect();
    let drawn: BTreeSet<String> = all.iter().copied().cloned().collect();
    assert_eq!(drawn.len(), all.len(), "a module is listed twice");
    assert_eq!(&drawn, modules.children(&Vec::new()));
    let layer = |name: &str| layers.iter().position(|layer| layer.contains(name));
    let mentions = modules.mentions();
    let mut graph = graph(&Vec::new(), &mentions);
    graph.remove(OWN);
    for (from, named) in graph {
        for (to, mention) in named {
            assert!(
                layer(to) < layer(from),
                "{to} is not below {from}:{}",
                described(&[mention])
            );
        }
    }
}

#[test]
fn a_circle_is_found() {
    let mention = |from: &str, to: &str| Mention {
        from: vec![from.to_owned()],
        to: vec![to.to_owned()],
        written: format!("crate::{to}"),
    };
    let mut mentions = vec![mention("a", "b"), mention("b", "c"), mention("a", "c")];
    assert!(circle(&graph(&Vec::new(), &mentions)).is_none());
    mentions.push(mention("c", "b"));
    let graph = graph(&Vec::new(), &mentions);
    let found = circle(&graph).unwrap();
    assert_eq!(
        described(&found),
        "\n    b names c as `crate::c`\n    c names b as `crate::b`"
    );
}
