//! A run, cycle by cycle, as a tree of calls.
//!
//! Nothing is kept of the trace: cycles are counted where they happen, by the path of functions that leads there and the
//! source line. A path has the functions that were called, each with what is inlined where the call is. Memory is that of the
//! different paths, of which there are at most [`NODES`], with at most [`STEPS`] functions in all together: what is beyond
//! belongs to the caller.

use super::debug::{Debug, Place};
use super::markers::{Mark, Markers};
use super::shadow::{Activation, Flow, Shadow, Step};
use super::timeline::Timeline;
use super::work::{Counter, Work};
use std::cmp::Reverse;
use std::collections::HashMap;
use tracer::{Cycle, Inputs, Machine, Options, Outcome, Program, TraceError};

/// Most paths.
pub const NODES: usize = 1 << 18;
/// Most functions in all paths together, each counted in every path that it is in: what files list.
pub const STEPS: usize = 1 << 22;
/// What is said of stacks that are deeper than what is kept.
pub const DEPTH_NOTE: &str =
    "stacks were deeper than what is kept: what is beyond counts for the last call that is";
/// The stack pointer's register.
const SP: usize = 2;

/// A function.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Function {
    /// Readable.
    pub name: String,
    pub symbol: String,
    pub file: Option<String>,
}

/// One step of a path.
#[derive(Clone, Copy, Debug)]
struct Node {
    parent: u32,
    /// Of [`Recording::functions`].
    function: u32,
    /// Functions of the path up to here.
    length: u32,
}

/// Where cycles are counted.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    node: u32,
    /// The line in the last function of the path; 0 if it is not known.
    pub line: u32,
    pub work: Work,
}

/// The functions whose code an address is, the outermost first, and the line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Chain {
    functions: Vec<u32>,
    line: u32,
}

/// What is known of the instruction that a row starts.
#[derive(Clone, Copy, Debug)]
struct Site {
    flow: Flow,
    length: u8,
    chain: u32,
    mark: Option<Mark>,
}

/// How a run ended, where that was in its calls.
#[derive(Debug)]
pub struct End {
    pub result: Result<Outcome, TraceError>,
    /// The calls that had not returned.
    pub stack: Vec<Activation>,
    /// Address of the last instruction that began.
    pub pc: u64,
}

/// What is known of a run.
pub struct Recording {
    pub functions: Vec<Function>,
    nodes: Vec<Node>,
    pub samples: Vec<Sample>,
    /// Calls of each function.
    pub calls: Vec<u64>,
    /// Whether there were more paths than are kept.
    pub abridged: bool,
    /// Whether there were deeper stacks than are kept.
    pub too_deep: bool,
    /// Number of stacks: one and those of threads and coroutines.
    pub stacks: u32,
    pub timeline: Timeline,
    /// What the program marked.
    pub markers: Markers,
    /// All cycles that were counted.
    pub total: Work,
}

impl Recording {
    /// The functions of a path, the outermost first.
    pub fn path(&self, sample: &Sample) -> Vec<u32> {
        self.path_to(sample.node)
    }

    fn path_to(&self, mut node: u32) -> Vec<u32> {
        let mut path = Vec::new();
        while node != 0 {
            let Node {
                parent, function, ..
            } = self.nodes[node as usize];
            path.push(function);
            node = parent;
        }
        path.reverse();
        path
    }

    /// Counts of paths, where no more than `most` bytes are spent on them. The heaviest are kept, with all that calls them; what
    /// is of others counts for the last of their callers that is, or for an empty path. A path costs `bytes` of each of its functions, and lines are
    /// not told apart. Second, whether some were left out.
    pub fn heaviest(
        &self,
        most: usize,
        bytes: impl Fn(&Function) -> usize,
        count: impl Fn(&Work) -> u64,
    ) -> (Vec<(Vec<u32>, u64)>, bool) {
        let mut own = vec![0u64; self.nodes.len()];
        for sample in &self.samples {
            own[sample.node as usize] += count(&sample.work);
        }
        // Callers come before what they call.
        let mut all = own.clone();
        let mut costs = vec![0usize; self.nodes.len()];
        for (at, node) in self.nodes.iter().enumerate().skip(1) {
            let function = &self.functions[node.function as usize];
            costs[at] = costs[node.parent as usize] + bytes(function);
        }
        for at in (1..self.nodes.len()).rev() {
            all[self.nodes[at].parent as usize] += all[at];
        }
        let mut order: Vec<usize> = (1..self.nodes.len()).filter(|at| all[*at] > 0).collect();
        order.sort_by_key(|at| (Reverse(all[*at]), *at));
        let mut spent = 0;
        let kept = order.iter().take_while(|at| {
            spent += costs[**at];
            spent <= most
        });
        let kept = kept.count();
        for at in order[kept..].iter().rev() {
            // Lighter ones first: what they call is no heavier.
            let parent = self.nodes[*at].parent as usize;
            own[parent] += std::mem::take(&mut own[*at]);
        }
        let paths = [0].iter().chain(&order[..kept]);
        let paths = paths.filter(|at| own[**at] > 0);
        let paths = paths.map(|at| (self.path_to(*at as u32), own[*at]));
        (paths.collect(), kept < order.len())
    }
}

/// Follows the calls of a run.
struct Recorder<'p> {
    program: &'p Program,
    debug: &'p Debug<'p>,
    counter: Counter,
    shadow: Shadow,
    /// By row; [`None`] where it was not executed yet.
    sites: Vec<Option<Site>>,
    chains: Vec<Chain>,
    chain_numbers: HashMap<Chain, u32>,
    function_numbers: HashMap<Function, u32>,
    children: HashMap<(u32, u32), u32>,
    /// Samples by the path that called, and the chain.
    found: HashMap<(u32, u32), u32>,
    by_line: HashMap<(u32, u32), u32>,
    /// Functions in all paths together.
    steps: usize,
    recording: Recording,
    /// Where the current instruction counts, and what it is.
    current: Option<(u64, Site, u32)>,
}

/// Runs a program, and counts where its cycles are.
///
/// # Errors
/// The inputs do not fit. A run that faults is an [`End`].
pub fn record(
    program: &Program,
    debug: &Debug<'_>,
    inputs: &Inputs,
    options: &Options,
) -> Result<(Recording, End), TraceError> {
    let mut machine = Machine::new(program, inputs)?;
    let mut recorder = Recorder::new(program, debug);
    let result = loop {
        if machine.halted() {
            break Ok(());
        }
        if let Err(error) = machine.check_limit(options) {
            break Err(error);
        }
        let (pc, sp) = (machine.pc(), machine.registers()[SP]);
        match machine.cycle() {
            Ok(cycle) => {
                recorder.cycle(pc, sp, &cycle);
                if let Some((
                    _,
                    Site {
                        mark: Some(mark), ..
                    },
                    _,
                )) = recorder.current
                {
                    let stack = recorder.shadow.number();
                    recorder.recording.markers.mark(mark, stack, &machine);
                }
            }
            Err(error) => {
                recorder.began(pc, sp, &machine);
                break Err(error);
            }
        }
    };
    let pc = recorder.current.map_or(0, |(pc, ..)| pc);
    let stack = recorder.shadow.activations().to_vec();
    let result = match result {
        Ok(()) => machine.outcome(),
        Err(error) => Err(error),
    };
    Ok((recorder.finish(), End { result, stack, pc }))
}

/// The calls that had not returned when a run ended. It costs less than [`record`].
///
/// # Errors
/// The inputs do not fit.
pub fn stack_at_end(
    program: &Program,
    inputs: &Inputs,
    options: &Options,
) -> Result<(Vec<Activation>, u64), TraceError> {
    let mut machine = Machine::new(program, inputs)?;
    let mut shadow = Shadow::new(program.entry());
    let mut flows: HashMap<u64, (Flow, u8)> = HashMap::new();
    let mut last: Option<(u64, (Flow, u8))> = None;
    while !machine.halted() && machine.check_limit(options).is_ok() {
        let (pc, sp) = (machine.pc(), machine.registers()[SP]);
        if let Some((before, (flow, length))) = last {
            let after = before.wrapping_add(length.into());
            let step = Step {
                flow,
                pc: before,
                after,
                next: pc,
                sp,
            };
            shadow.follow(&step, (0, 0), &mut |_, _, _| {});
        }
        let flow = *flows.entry(pc).or_insert_with(|| flow_at(program, pc));
        last = Some((pc, flow));
        if machine.step().is_err() {
            break;
        }
    }
    Ok((shadow.activations().to_vec(), last.map_or(0, |(pc, _)| pc)))
}

/// Where the instruction at an address goes on, and its length.
fn flow_at(program: &Program, pc: u64) -> (Flow, u8) {
    match program.instruction(pc) {
        Some(instruction) => (Flow::of(&instruction), instruction.length),
        None => (Flow::Next, 4),
    }
}

impl<'p> Recorder<'p> {
    fn new(program: &'p Program, debug: &'p Debug<'p>) -> Self {
        let root = Node {
            parent: 0,
            function: 0,
            length: 0,
        };
        Recorder {
            program,
            debug,
            counter: Counter::new(program),
            shadow: Shadow::new(program.entry()),
            sites: vec![None; program.rows().len()],
            chains: Vec::new(),
            chain_numbers: HashMap::new(),
            function_numbers: HashMap::new(),
            children: HashMap::new(),
            found: HashMap::new(),
            by_line: HashMap::new(),
            steps: 0,
            recording: Recording {
                functions: Vec::new(),
                nodes: vec![root],
                samples: Vec::new(),
                calls: Vec::new(),
                abridged: false,
                too_deep: false,
                stacks: 0,
                timeline: Timeline::default(),
                markers: Markers::default(),
                total: Work::default(),
            },
            current: None,
        }
    }

    #[inline]
    fn cycle(&mut self, pc: u64, sp: u64, cycle: &Cycle) {
        let head = self.program.is_head(cycle.row);
        if head {
            self.instruction(pc, sp, cycle.row);
        }
        let row = &self.program.rows()[cycle.row as usize];
        let work = self.counter.count(row, cycle, head);
        self.recording.total += work;
        self.recording.markers.count(&work);
        if let Some((_, _, sample)) = self.current {
            self.recording.samples[sample as usize].work += work;
        }
    }

    /// An instruction that faulted in its first row: it is where the run is, and has no cycle.
    fn began(&mut self, pc: u64, sp: u64, machine: &Machine<'_>) {
        let row = machine.checkpoint().row;
        if self.program.is_head(row) && row != 0 {
            self.instruction(pc, sp, row);
        }
    }

    fn instruction(&mut self, pc: u64, sp: u64, row: u32) {
        let mut moved = self.current.is_none();
        let mut last_chain = None;
        if let Some((before, site, sample)) = self.current {
            last_chain = Some(site.chain);
            if site.flow != Flow::Branch {
                let after = before.wrapping_add(site.length.into());
                let step = Step {
                    flow: site.flow,
                    pc: before,
                    after,
                    next: pc,
                    sp,
                };
                let node = self.recording.samples[sample as usize].node;
                let now = self.recording.total.cycles;
                let timeline = &mut self.recording.timeline;
                let mut ended = |stack, depth, activation: &Activation| {
                    timeline.ended(stack, depth, activation, now);
                };
                moved = self.shadow.follow(&step, (now, node), &mut ended);
                if moved {
                    self.recording.markers.on(self.shadow.number());
                }
                if matches!(site.flow, Flow::Call | Flow::Swap) {
                    self.called(pc);
                }
            }
        }
        let site = match self.sites[row as usize] {
            Some(site) => site,
            None => self.site(pc, row),
        };
        let sample = match self.current {
            Some((_, _, sample)) if !moved && last_chain == Some(site.chain) => sample,
            _ => self.sample(self.shadow.top().context, site.chain),
        };
        self.current = Some((pc, site, sample));
    }

    /// Counts a call of the function at an address.
    fn called(&mut self, entry: u64) {
        if let Some(row) = self.program.head(entry) {
            let site = match self.sites[row as usize] {
                Some(site) => site,
                None => self.site(entry, row),
            };
            if let Some(&function) = self.chains[site.chain as usize].functions.first() {
                self.recording.calls[function as usize] += 1;
            }
        }
    }

    #[cold]
    fn site(&mut self, pc: u64, row: u32) -> Site {
        let (flow, length) = flow_at(self.program, pc);
        let places = self.debug.places(pc);
        let line = places.last().map_or(0, |place| place.line);
        let functions = places
            .into_iter()
            .map(|place| self.function(place))
            .collect();
        let chain = Chain { functions, line };
        let next = self.chains.len() as u32;
        let number = *self.chain_numbers.entry(chain.clone()).or_insert(next);
        if number == next {
            self.chains.push(chain);
        }
        let instruction = self.program.instruction(pc);
        let site = Site {
            flow,
            length,
            chain: number,
            mark: instruction.as_ref().and_then(Mark::of),
        };
        self.sites[row as usize] = Some(site);
        site
    }

    fn function(&mut self, place: Place) -> u32 {
        let Place {
            function,
            symbol,
            file,
            ..
        } = place;
        let function = Function {
            name: function,
            symbol,
            file,
        };
        let next = self.recording.functions.len() as u32;
        let number = *self
            .function_numbers
            .entry(function.clone())
            .or_insert(next);
        if number == next {
            self.recording.functions.push(function);
            self.recording.calls.push(0);
        }
        number
    }

    /// The sample for code of a chain that was called from a path.
    fn sample(&mut self, from: u32, chain: u32) -> u32 {
        if let Some(&sample) = self.found.get(&(from, chain)) {
            return sample;
        }
        let Chain { functions, line } = &self.chains[chain as usize];
        let mut line = *line;
        let mut node = from;
        for function in functions {
            if let Some(&child) = self.children.get(&(node, *function)) {
                node = child;
                continue;
            }
            let length = self.recording.nodes[node as usize].length + 1;
            if self.recording.nodes.len() >= NODES || self.steps + length as usize > STEPS {
                self.recording.abridged = true;
                line = 0;
                break;
            }
            self.steps += length as usize;
            let child = self.recording.nodes.len() as u32;
            self.recording.nodes.push(Node {
                parent: node,
                function: *function,
                length,
            });
            self.children.insert((node, *function), child);
            node = child;
        }
        let samples = &mut self.recording.samples;
        let sample = *self.by_line.entry((node, line)).or_insert_with(|| {
            samples.push(Sample {
                node,
                line,
                work: Work::default(),
            });
            samples.len() as u32 - 1
        });
        self.found.insert((from, chain), sample);
        sample
    }

    fn finish(mut self) -> Recording {
        let now = self.recording.total.cycles;
        let timeline = &mut self.recording.timeline;
        self.recording.too_deep = self.shadow.too_deep();
        self.recording.stacks = self.shadow.stacks();
        self.shadow.finish(&mut |stack, depth, activation| {
            timeline.ended(stack, depth, activation, now);
        });
        self.recording
    }
}

#[cfg(test)]
mod tests;
