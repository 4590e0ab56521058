// A simulation of events in time: templates, virtual functions, constructors of static objects, new and delete.
//
// Public input: the number of processes and a seed, 4 bytes each, little-endian (empty: 6, 1). Process i has the
// seed `seed + 7 i` and takes its kind in turn from the list of kinds; all start at time 0, and at equal times the
// one that was scheduled first acts first. Public output, 4 bytes each: the hash h -> 31 h + produced over all
// actions, their number, the time of the last, the number of processes that were not deleted.

#include "heap.h"
#include "jolt_guest.h"
#include "process.h"

namespace {

struct Event {
    uint32_t time, order;
    Process *process;
};

struct Earlier {
    bool operator()(const Event &a, const Event &b) const {
        return a.time != b.time ? a.time < b.time : a.order < b.order;
    }
};

} // namespace

int main() {
    uint32_t input[2] = {6, 1};
    size_t size;
    const uint8_t *given = jolt_read(&size);
    if (size != 0) {
        if (size != sizeof input) return 1;
        memcpy(input, given, sizeof input);
    }
    Heap<Event, Earlier> events;
    uint32_t order = 0, hash = 0, actions = 0, now = 0;
    const Kind *kind = Kind::first;
    for (uint32_t i = 0; i < input[0]; i++) {
        events.push({0, order++, kind->make(input[1] + 7 * i)});
        kind = kind->next() ? kind->next() : Kind::first;
    }
    while (!events.empty()) {
        Event event = events.pop();
        uint32_t wait;
        hash = 31 * hash + event.process->act(wait);
        actions++;
        now = event.time;
        if (wait)
            events.push({now + wait, order++, event.process});
        else
            delete event.process;
    }
    uint32_t results[] = {hash, actions, now, Process::alive};
    jolt_commit(results, sizeof results);
    return 0;
}
