//! A run as debuggers see it: the remote protocol of gdb, by the crate `gdbstub`.
//!
//! Nothing can be written, neither registers nor memory: the run is that of the program and its inputs, of which there is a
//! proof. At its end a program is stopped, so that one can go back; to go on from there is to let it exit.

use super::replay::{Replay, Stop};
use gdbstub::arch::Arch;
use gdbstub::common::Signal;
use gdbstub::conn::ConnectionExt;
use gdbstub::stub::SingleThreadStopReason;
use gdbstub::stub::run_blocking::{BlockingEventLoop, Event, WaitForStopReasonError};
use gdbstub::target::ext::base::BaseOps;
use gdbstub::target::ext::base::reverse_exec::{
    ReplayLogPosition, ReverseCont, ReverseContOps, ReverseStep, ReverseStepOps,
};
use gdbstub::target::ext::base::singlethread::{
    SingleThreadBase, SingleThreadRangeStepping, SingleThreadRangeSteppingOps, SingleThreadResume,
    SingleThreadResumeOps, SingleThreadSingleStep, SingleThreadSingleStepOps,
};
use gdbstub::target::ext::breakpoints::{
    Breakpoints, BreakpointsOps, HwWatchpoint, HwWatchpointOps, SwBreakpoint, SwBreakpointOps,
    WatchKind,
};
use gdbstub::target::ext::monitor_cmd::{ConsoleOutput, MonitorCmd, MonitorCmdOps, outputln};
use gdbstub::target::ext::section_offsets::{Offsets, SectionOffsets, SectionOffsetsOps};
use gdbstub::target::{Target, TargetError, TargetResult};
use gdbstub_arch::riscv::reg::RiscvCoreRegs;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::net::TcpStream;
use std::ops::Range;
use tracer::{ExitStatus, Outcome, TraceError};

/// Instructions between looks at the connection.
const CHUNK: u64 = 1 << 14;

/// A word of the architecture.
pub trait Word: Copy + Default {
    /// The low bits.
    fn of(value: u64) -> Self;
    /// As an address.
    fn wide(self) -> u64;
}

impl Word for u32 {
    fn of(value: u64) -> Self {
        value as u32
    }
    fn wide(self) -> u64 {
        self.into()
    }
}

impl Word for u64 {
    fn of(value: u64) -> Self {
        value
    }
    fn wide(self) -> u64 {
        self
    }
}

/// What the debugger asked for.
#[derive(Clone, Copy, Debug)]
enum Going {
    Step,
    Forward,
    /// As long as the next instruction is there.
    Within(u64, u64),
    StepBack,
    Backward,
}

/// A run under a debugger.
pub struct Session<'p, A> {
    pub replay: Replay<'p>,
    /// What was added to the file's addresses.
    bias: u64,
    going: Going,
    /// Whether the debugger has been told that this is the end.
    told: bool,
    architecture: PhantomData<A>,
}

impl<'p, A> Session<'p, A> {
    pub fn new(replay: Replay<'p>, bias: u64) -> Self {
        Session {
            replay,
            bias,
            going: Going::Forward,
            told: false,
            architecture: PhantomData,
        }
    }
}

/// An architecture of words.
pub trait Machine: Arch<Registers = RiscvCoreRegs<<Self as Arch>::Usize>> {}

impl<A: Arch<Registers = RiscvCoreRegs<<A as Arch>::Usize>>> Machine for A {}

impl<A: Machine> Target for Session<'_, A>
where
    A::Usize: Word,
{
    type Arch = A;
    type Error = Infallible;

    fn base_ops(&mut self) -> BaseOps<'_, A, Infallible> {
        BaseOps::SingleThread(self)
    }

    fn support_breakpoints(&mut self) -> Option<BreakpointsOps<'_, Self>> {
        Some(self)
    }

    fn support_monitor_cmd(&mut self) -> Option<MonitorCmdOps<'_, Self>> {
        Some(self)
    }

    fn support_section_offsets(&mut self) -> Option<SectionOffsetsOps<'_, Self>> {
        match self.bias {
            0 => None,
            _ => Some(self),
        }
    }
}

impl<A: Machine> SingleThreadBase for Session<'_, A>
where
    A::Usize: Word,
{
    fn read_registers(
        &mut self,
        registers: &mut RiscvCoreRegs<A::Usize>,
    ) -> TargetResult<(), Self> {
        for (number, register) in registers.x.iter_mut().enumerate() {
            *register = A::Usize::of(self.replay.register(number));
        }
        registers.pc = A::Usize::of(self.replay.pc());
        Ok(())
    }

    fn write_registers(&mut self, _: &RiscvCoreRegs<A::Usize>) -> TargetResult<(), Self> {
        Err(TargetError::NonFatal)
    }

    fn read_addrs(&mut self, start: A::Usize, data: &mut [u8]) -> TargetResult<usize, Self> {
        let start = start.wide();
        let mut read = 0;
        for (place, at) in data.iter_mut().zip(0u64..) {
            let Some(byte) = self.replay.byte(start.wrapping_add(at)) else {
                break;
            };
            (*place, read) = (byte, read + 1);
        }
        match read {
            0 if !data.is_empty() => Err(TargetError::NonFatal),
            read => Ok(read),
        }
    }

    fn write_addrs(&mut self, _: A::Usize, _: &[u8]) -> TargetResult<(), Self> {
        Err(TargetError::NonFatal)
    }

    fn support_resume(&mut self) -> Option<SingleThreadResumeOps<'_, Self>> {
        Some(self)
    }
}

impl<A: Machine> SingleThreadResume for Session<'_, A>
where
    A::Usize: Word,
{
    fn resume(&mut self, _: Option<Signal>) -> Result<(), Infallible> {
        self.going = Going::Forward;
        Ok(())
    }

    fn support_single_step(&mut self) -> Option<SingleThreadSingleStepOps<'_, Self>> {
        Some(self)
    }

    fn support_range_step(&mut self) -> Option<SingleThreadRangeSteppingOps<'_, Self>> {
        Some(self)
    }

    fn support_reverse_step(&mut self) -> Option<ReverseStepOps<'_, (), Self>> {
        Some(self)
    }

    fn support_reverse_cont(&mut self) -> Option<ReverseContOps<'_, (), Self>> {
        Some(self)
    }
}

impl<A: Machine> SingleThreadSingleStep for Session<'_, A>
where
    A::Usize: Word,
{
    fn step(&mut self, _: Option<Signal>) -> Result<(), Infallible> {
        self.going = Going::Step;
        Ok(())
    }
}

impl<A: Machine> SingleThreadRangeStepping for Session<'_, A>
where
    A::Usize: Word,
{
    fn resume_range_step(&mut self, start: A::Usize, end: A::Usize) -> Result<(), Infallible> {
        self.going = Going::Within(start.wide(), end.wide());
        Ok(())
    }
}

impl<A: Machine> ReverseStep<()> for Session<'_, A>
where
    A::Usize: Word,
{
    fn reverse_step(&mut self, (): ()) -> Result<(), Infallible> {
        self.going = Going::StepBack;
        Ok(())
    }
}

impl<A: Machine> ReverseCont<()> for Session<'_, A>
where
    A::Usize: Word,
{
    fn reverse_cont(&mut self) -> Result<(), Infallible> {
        self.going = Going::Backward;
        Ok(())
    }
}

impl<A: Machine> Breakpoints for Session<'_, A>
where
    A::Usize: Word,
{
    fn support_sw_breakpoint(&mut self) -> Option<SwBreakpointOps<'_, Self>> {
        Some(self)
    }

    fn support_hw_watchpoint(&mut self) -> Option<HwWatchpointOps<'_, Self>> {
        Some(self)
    }
}

impl<A: Machine> SwBreakpoint for Session<'_, A>
where
    A::Usize: Word,
{
    fn add_sw_breakpoint(
        &mut self,
        address: A::Usize,
        _: A::BreakpointKind,
    ) -> TargetResult<bool, Self> {
        Ok(self.replay.set_breakpoint(address.wide()))
    }

    fn remove_sw_breakpoint(
        &mut self,
        address: A::Usize,
        _: A::BreakpointKind,
    ) -> TargetResult<bool, Self> {
        Ok(self.replay.remove_breakpoint(address.wide()))
    }
}

/// The bytes of a watchpoint, if it is of a kind that there is: of writes.
fn watched<W: Word>(address: W, length: W, kind: WatchKind) -> Option<Range<u64>> {
    let start = address.wide();
    let end = start.checked_add(length.wide())?;
    (kind == WatchKind::Write).then_some(start..end)
}

impl<A: Machine> HwWatchpoint for Session<'_, A>
where
    A::Usize: Word,
{
    fn add_hw_watchpoint(
        &mut self,
        address: A::Usize,
        length: A::Usize,
        kind: WatchKind,
    ) -> TargetResult<bool, Self> {
        let bytes = watched(address, length, kind);
        Ok(bytes.is_some_and(|bytes| self.replay.watch(bytes)))
    }

    fn remove_hw_watchpoint(
        &mut self,
        address: A::Usize,
        length: A::Usize,
        kind: WatchKind,
    ) -> TargetResult<bool, Self> {
        let bytes = watched(address, length, kind);
        Ok(bytes.is_some_and(|bytes| self.replay.unwatch(&bytes)))
    }
}

impl<A: Machine> SectionOffsets for Session<'_, A>
where
    A::Usize: Word,
{
    fn get_section_offsets(&mut self) -> Result<Offsets<A::Usize>, Infallible> {
        let bias = A::Usize::of(self.bias);
        Ok(Offsets::Sections {
            text: bias,
            data: bias,
            bss: Some(bias),
        })
    }
}

impl<A: Machine> MonitorCmd for Session<'_, A>
where
    A::Usize: Word,
{
    fn handle_monitor_cmd(
        &mut self,
        command: &[u8],
        mut out: ConsoleOutput<'_>,
    ) -> Result<(), Infallible> {
        let replay = &self.replay;
        match command {
            b"position" => {
                let (instructions, cycles) = (replay.position(), replay.cycles());
                outputln!(out, "{instructions} instructions, {cycles} cycles");
            }
            b"status" => outputln!(out, "{}", status(replay)),
            _ => outputln!(
                out,
                "monitor position: instructions and cycles so far; monitor status: how the run ended"
            ),
        }
        Ok(())
    }
}

/// How a run ended, or that it has not.
fn status(replay: &Replay<'_>) -> String {
    match (replay.fault(), replay.outcome()) {
        (Some(fault), _) => fault.to_string(),
        (None, None) => "running".to_owned(),
        (None, Some(Ok(outcome))) => outcome.status.to_string(),
        (None, Some(Err(error))) => error.to_string(),
    }
}

/// What a program that has ended is to a debugger.
fn exited<U>(outcome: Option<Result<Outcome, TraceError>>) -> SingleThreadStopReason<U> {
    match outcome.and_then(Result::ok).map(|outcome| outcome.status) {
        Some(ExitStatus::Exit(code)) => SingleThreadStopReason::Exited(code as u8),
        _ => SingleThreadStopReason::Terminated(Signal::SIGABRT),
    }
}

impl<A: Machine> Session<'_, A>
where
    A::Usize: Word,
{
    /// What the debugger is told of a stop.
    fn reason(&mut self, stop: Stop) -> SingleThreadStopReason<A::Usize> {
        let end = |pos| SingleThreadStopReason::ReplayLog { tid: None, pos };
        // Where it stopped already, it ends.
        let told = std::mem::replace(&mut self.told, matches!(stop, Stop::End | Stop::Fault));
        match stop {
            Stop::Done => SingleThreadStopReason::DoneStep,
            Stop::Breakpoint => SingleThreadStopReason::SwBreak(()),
            Stop::Watchpoint(address) => SingleThreadStopReason::Watch {
                tid: (),
                kind: WatchKind::Write,
                addr: A::Usize::of(address),
            },
            Stop::Begin => end(ReplayLogPosition::Begin),
            Stop::End if told => exited(self.replay.outcome()),
            Stop::End => end(ReplayLogPosition::End),
            Stop::Fault if told => SingleThreadStopReason::Terminated(Signal::SIGSEGV),
            Stop::Fault => SingleThreadStopReason::Signal(Signal::SIGSEGV),
        }
    }

    /// Goes on for a while; [`None`] if it should go on after that.
    fn go(&mut self, mut interrupted: impl FnMut() -> bool) -> Option<Stop> {
        match self.going {
            Going::Step => Some(self.replay.forward(1).unwrap_or(Stop::Done)),
            Going::Forward => self.replay.forward(CHUNK),
            Going::Within(start, end) => {
                for _ in 0..CHUNK {
                    let stop = self.replay.forward(1);
                    if stop.is_some() || !(start..end).contains(&self.replay.pc()) {
                        return Some(stop.unwrap_or(Stop::Done));
                    }
                }
                None
            }
            Going::StepBack => Some(self.replay.back()),
            // Where it was interrupted, what interrupted it is heard next.
            Going::Backward => {
                Some(self.replay.backward(&mut interrupted)).filter(|stop| *stop != Stop::Done)
            }
        }
    }
}

/// Lets sessions of an architecture run, until something happens.
pub struct Running<'p, A>(PhantomData<&'p A>);

impl<'p, A: Machine> BlockingEventLoop for Running<'p, A>
where
    A::Usize: Word,
{
    type Target = Session<'p, A>;
    type Connection = TcpStream;
    type StopReason = SingleThreadStopReason<A::Usize>;

    fn wait_for_stop_reason(
        session: &mut Session<'p, A>,
        connection: &mut TcpStream,
    ) -> Result<Event<Self::StopReason>, WaitForStopReasonError<Infallible, std::io::Error>> {
        loop {
            // A connection that has ended is an interruption as well.
            let waiting = || !matches!(ConnectionExt::peek(connection), Ok(None));
            if let Some(stop) = session.go(waiting) {
                return Ok(Event::TargetStopped(session.reason(stop)));
            }
            let byte = ConnectionExt::peek(connection);
            if byte.map_err(WaitForStopReasonError::Connection)?.is_some() {
                let byte = ConnectionExt::read(connection);
                return Ok(Event::IncomingData(
                    byte.map_err(WaitForStopReasonError::Connection)?,
                ));
            }
        }
    }

    fn on_interrupt(_: &mut Session<'p, A>) -> Result<Option<Self::StopReason>, Infallible> {
        Ok(Some(SingleThreadStopReason::Signal(Signal::SIGINT)))
    }
}
