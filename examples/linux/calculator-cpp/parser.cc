#include "parser.h"
#include <cctype>

namespace {

class Parser {
  std::string_view text;
  std::size_t at = 0;
  const Variables &variables;

  char next() {
    while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) at++;
    return at < text.size() ? text[at] : '\0';
  }

  bool take(char c) {
    bool found = next() == c;
    at += found;
    return found;
  }

  long factor() {
    if (take('-')) return -factor();
    if (take('(')) {
      long value = sum();
      if (!take(')')) throw SyntaxError("a parenthesis is open", at);
      return value;
    }
    if (std::isdigit(static_cast<unsigned char>(next()))) {
      long value = 0;
      while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at]))) value = 10 * value + (text[at++] - '0');
      return value;
    }
    auto word = name();
    if (word.empty()) throw SyntaxError("a number or a name is missing", at);
    auto found = variables.find(word);
    if (found == variables.end()) throw std::out_of_range("nobody knows " + std::string(word));
    return found->second;
  }

  long product() {
    long value = factor();
    for (;;) {
      if (take('*')) {
        value *= factor();
      } else if (take('/')) {
        long divisor = factor();
        if (divisor == 0) throw std::domain_error("division by zero");
        value /= divisor;
      } else {
        return value;
      }
    }
  }

 public:
  Parser(std::string_view text, const Variables &variables) : text(text), variables(variables) {}

  std::string_view name() {
    next();
    auto start = at;
    while (at < text.size() && std::isalpha(static_cast<unsigned char>(text[at]))) at++;
    return text.substr(start, at - start);
  }

  bool assigns() { return take('='); }

  long sum() {
    long value = product();
    for (;;) {
      if (take('+')) value += product();
      else if (take('-')) value -= product();
      else return value;
    }
  }

  void end() {
    if (next() != '\0') throw SyntaxError("something is left over", at);
  }
};

}  // namespace

long evaluate(std::string_view line, Variables &variables) {
  Parser assignment(line, variables);
  auto name = assignment.name();
  bool assigns = !name.empty() && assignment.assigns();
  Parser plain(line, variables);
  Parser &parser = assigns ? assignment : plain;
  long value = parser.sum();
  parser.end();
  if (assigns) variables.insert_or_assign(std::string(name), value);
  return value;
}
