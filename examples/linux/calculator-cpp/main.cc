// A calculator: each line of standard input is an expression or an assignment, each line of output its value, or what
// is wrong with it. One thread reads, another one calculates. The exit status is the number of lines with errors.
#include "parser.h"
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <queue>
#include <thread>

namespace {

/// Lines on their way from one thread to the other.
class Lines {
  std::queue<std::string> waiting;
  bool closed = false;
  std::mutex mutex;
  std::condition_variable changed;

 public:
  void put(std::string line) {
    std::lock_guard lock(mutex);
    waiting.push(std::move(line));
    changed.notify_one();
  }

  void close() {
    std::lock_guard lock(mutex);
    closed = true;
    changed.notify_one();
  }

  /// False if no more will come.
  bool take(std::string &line) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return closed || !waiting.empty(); });
    if (waiting.empty()) return false;
    line = std::move(waiting.front());
    waiting.pop();
    return true;
  }
};

}  // namespace

int main() {
  Lines lines;
  std::thread reader([&lines] {
    for (std::string line; std::getline(std::cin, line);) lines.put(std::move(line));
    lines.close();
  });
  Variables variables;
  int errors = 0;
  for (std::string line; lines.take(line);) {
    try {
      std::cout << evaluate(line, variables) << '\n';
    } catch (const SyntaxError &error) {
      std::cout << "column " << error.column + 1 << ": " << error.what() << '\n';
      errors++;
    } catch (const std::exception &error) {
      std::cout << error.what() << '\n';
      errors++;
    }
  }
  reader.join();
  for (const auto &[name, value] : variables) std::cout << name << " is " << value << '\n';
  return errors;
}
