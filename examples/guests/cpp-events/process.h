// Processes that act at times of their own, and the kinds of them.
#pragma once

#include <stdint.h>

// A process. Objects are counted, so that the program can prove that it deleted all of them.
class Process {
  public:
    Process() { alive++; }
    virtual ~Process() { alive--; }
    // Acts once. Returns what it produced; `wait` receives the time until it acts again, 0 for never.
    virtual uint32_t act(uint32_t &wait) = 0;

    static uint32_t alive;
};

// A kind of process: its constructor enters it in a list before `main` runs.
class Kind {
  public:
    using Make = Process *(*)(uint32_t seed);
    explicit Kind(Make make) : make_(make), next_(first) { first = this; }

    Process *make(uint32_t seed) const { return make_(seed); }
    const Kind *next() const { return next_; }

    static const Kind *first;

  private:
    Make make_;
    const Kind *next_;
};
