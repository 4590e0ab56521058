#pragma once
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

/// What is wrong with a line, and where.
struct SyntaxError : std::runtime_error {
  std::size_t column;
  SyntaxError(const std::string &what, std::size_t column) : std::runtime_error(what), column(column) {}
};

using Variables = std::map<std::string, long, std::less<>>;

/// The value of `expression` or of `name = expression`; the latter is kept among the variables.
/// Throws SyntaxError, std::out_of_range for an unknown name, std::domain_error for a division by zero.
long evaluate(std::string_view line, Variables &variables);
