#include "access/pattern.hpp"

#include <cstddef>
#include <vector>

namespace weft::access {

namespace {

// The places of the name that each prefix of the pattern can reach, one step of the pattern at a
// time: no pattern makes this slow.
class Places {
 public:
  explicit Places(std::string_view name) : name_(name), at_(name.size() + 1, false) {
    at_[0] = true;
  }

  void literal(char c) {
    for (std::size_t i = name_.size() + 1; i-- > 0;) {
      at_[i] = i > 0 && at_[i - 1] && name_[i - 1] == c;
    }
  }
  void star(bool slashes) {
    for (std::size_t i = 1; i <= name_.size(); ++i) {
      if (at_[i - 1] && (slashes || name_[i - 1] != '/')) at_[i] = true;
    }
  }
  bool whole() const { return at_.back(); }

 private:
  std::string_view name_;
  std::vector<bool> at_;
};

}  // namespace

bool matches(std::string_view pattern, std::string_view name) {
  Places places(name);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '*') {
      const bool twice = i + 1 < pattern.size() && pattern[i + 1] == '*';
      places.star(twice);
      i += twice ? 1 : 0;
    } else {
      if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
      places.literal(pattern[i]);
    }
  }
  return places.whole();
}

}  // namespace weft::access
