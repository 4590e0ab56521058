#include "process.h"

uint32_t Process::alive = 0;
const Kind *Kind::first = nullptr;

namespace {

// Ticks ten times at a constant distance.
class Ticker : public Process {
  public:
    explicit Ticker(uint32_t seed) : period_(1 + seed % 5) {}
    uint32_t act(uint32_t &wait) override {
        wait = --left_ ? period_ : 0;
        return period_;
    }

  private:
    uint32_t period_, left_ = 10;
};

// Draws numbers until one is a multiple of 16.
class Walker : public Process {
  public:
    explicit Walker(uint32_t seed) : state_(seed) {}
    uint32_t act(uint32_t &wait) override {
        state_ = state_ * 1103515245u + 12345u;
        uint32_t drawn = state_ >> 16 & 255;
        wait = drawn % 16 ? 1 + drawn % 7 : 0;
        return drawn;
    }

  private:
    uint32_t state_;
};

// Halves and triples until it reaches 1.
class Collatz : public Process {
  public:
    explicit Collatz(uint32_t seed) : n_(1 + seed % 30) {}
    uint32_t act(uint32_t &wait) override {
        n_ = n_ % 2 ? 3 * n_ + 1 : n_ / 2;
        wait = n_ > 1 ? 1 + n_ % 3 : 0;
        return n_;
    }

  private:
    uint32_t n_;
};

template <typename T> Process *make(uint32_t seed) { return new T(seed); }

// The list of kinds is last in, first out: Collatz, Walker, Ticker.
const Kind ticker(make<Ticker>), walker(make<Walker>), collatz(make<Collatz>);

} // namespace
