#include "access/gate.hpp"

namespace weft::access {

std::expected<Grant, std::string> Gate::enter(std::string_view, std::string_view) const {
  return Grant{.role = Role::write, .user = {}, .expires_ms = 0};
}

}  // namespace weft::access
