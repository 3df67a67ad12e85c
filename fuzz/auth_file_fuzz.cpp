// Arbitrary text as the file of rules: it is taken or refused with a sentence; what was taken lets
// nobody in with a token that it does not hold.
//
// Input: the file; behind a zero byte what the files that it names hold.
//
// Reaches: server/access/auth_config.cpp server/access/gate.cpp server/access/pattern.cpp
#include <algorithm>
#include <string>

#include <weft/bytes.hpp>

#include "access/auth_config.hpp"
#include "target.hpp"

namespace {

using namespace weft;
using namespace weft::access;

constexpr std::int64_t kNow = 1'700'000'000'000;

void enter(const Rules& rules, std::string_view document) {
  const Gate gate(rules);
  const auto nobody = gate.enter("", document, kNow);
  WEFT_PROMISE(nobody.has_value() == (rules.anonymous != Role::none));
  if (nobody) WEFT_PROMISE(nobody->role == rules.anonymous && nobody->user.empty());
  WEFT_PROMISE(gate.is_open() == (rules.anonymous == Role::write));
  for (const std::string_view token : {"a token that no file holds", "eyJ.e30.AA", "e30.e30."}) {
    const bool held =
        std::ranges::find(rules.tokens, sha256(token), &StaticToken::digest) != rules.tokens.end();
    const auto grant = gate.enter(token, document, kNow);
    WEFT_PROMISE(held || !grant);
    if (grant) WEFT_PROMISE(grant->role != Role::none);
    if (!grant) WEFT_PROMISE(!grant.error().reason.empty());
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all = as_text({data, size});
  const std::size_t end = std::min(all.find('\0'), all.size());
  const std::string_view named = all.substr(std::min(end + 1, all.size()));
  const auto rules = parse_auth_config(
      all.substr(0, end), [&](std::string_view path) -> std::expected<std::string, std::string> {
        if (path.ends_with("none")) return std::unexpected("no such file");
        return std::string(named);
      });
  if (!rules) {
    WEFT_PROMISE(!rules.error().empty());
    return 0;
  }
  if (rules->jwt) WEFT_PROMISE(!rules->jwt->keys.empty());
  enter(*rules, "notes/today");
  enter(*rules, named);
  return 0;
}
