#include "access/auth_config.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace weft::access {

namespace json = boost::json;

namespace {

template <typename T>
using Parsed = std::expected<T, std::string>;

std::string_view view(json::string_view text) { return {text.data(), text.size()}; }

/// An object of the file: reads its members, and keeps the first error.
class Section {
 public:
  Section(const json::value& value, std::string where, std::string& error)
      : where_(std::move(where)), error_(error) {
    object_ = value.if_object();
    if (object_ == nullptr) fail("", "is no object");
  }

  void only(std::initializer_list<std::string_view> names) {
    if (object_ == nullptr) return;
    for (const auto& [key, value] : *object_) {
      if (std::ranges::find(names, view(key)) == names.end()) fail(view(key), "is not known here");
    }
  }
  bool has(std::string_view name) const { return find(name) != nullptr; }
  const json::value* find(std::string_view name) const {
    return object_ == nullptr ? nullptr
                              : object_->if_contains(json::string_view(name.data(), name.size()));
  }
  std::string text(std::string_view name, std::string fallback = {}) {
    const json::value* value = find(name);
    if (value == nullptr) return fallback;
    if (!value->is_string() || value->get_string().empty()) {
      fail(name, "is no text");
      return fallback;
    }
    return std::string(view(value->get_string()));
  }
  std::vector<std::string> texts(std::string_view name, std::vector<std::string> fallback) {
    const json::value* value = find(name);
    if (value == nullptr) return fallback;
    std::vector<std::string> all;
    const json::array* list = value->if_array();
    if (list == nullptr) fail(name, "is no list of texts");
    for (const json::value& each : list != nullptr ? *list : json::array()) {
      if (each.is_string()) {
        all.emplace_back(view(each.get_string()));
      } else {
        fail(name, "is no list of texts");
      }
    }
    return all;
  }
  Role role(std::string_view name, Role fallback) {
    if (!has(name)) return fallback;
    const auto role = role_of(text(name));
    if (!role) fail(name, "is none of write, read, none");
    return role.value_or(Role::none);
  }
  const json::array& list(std::string_view name) {
    static const json::array kEmpty;
    const json::value* value = find(name);
    if (value == nullptr) return kEmpty;
    if (value->is_array()) return value->get_array();
    fail(name, "is no list");
    return kEmpty;
  }
  std::string where(std::string_view name) const {
    return name.empty()     ? where_
           : where_.empty() ? std::string(name)
                            : where_ + "." + std::string(name);
  }
  void fail(std::string_view name, std::string_view what) {
    if (error_.empty()) error_ = where(name) + ": " + std::string(what);
  }
  std::string& error() { return error_; }

 private:
  const json::object* object_;
  std::string where_;
  std::string& error_;
};

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool read_digest(std::string_view hex, Digest& digest) {
  if (hex.size() != 2 * digest.size()) return false;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const int high = hex_value(hex[2 * i]);
    const int low = hex_value(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    digest[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

// A token, as it is or as its digest.
Digest read_secret(Section& section) {
  Digest digest = {};
  if (section.has("token") == section.has("sha256")) {
    section.fail("", "has either \"token\" or \"sha256\"");
  } else if (section.has("token")) {
    digest = sha256(section.text("token"));
  } else if (!read_digest(section.text("sha256"), digest)) {
    section.fail("sha256", "is not 64 hexadecimal digits");
  }
  return digest;
}

StaticToken read_token(Section section) {
  section.only({"token", "sha256", "user", "documents", "role"});
  StaticToken token;
  token.digest = read_secret(section);
  token.user = section.text("user");
  token.documents = section.texts("documents", {"**"});
  token.role = section.role("role", Role::none);
  if (!section.has("role")) section.fail("role", "is missing");
  return token;
}

void read_key(Section section, const ReadFile& read_file, std::vector<JwtKey>& keys) {
  section.only({"id", "secret", "secret_base64", "pem_file"});
  Parsed<Key> key = std::unexpected("has either \"secret\", \"secret_base64\" or \"pem_file\"");
  if (section.has("secret")) {
    key = Key::secret(section.text("secret"));
  } else if (section.has("secret_base64")) {
    key = Key::secret(from_base64url(section.text("secret_base64"), true).value_or(""));
  } else if (section.has("pem_file")) {
    const auto text = read_file(section.text("pem_file"));
    key = text ? Key::pem(*text) : std::unexpected(text.error());
  }
  if (!key) return section.fail("", key.error());
  keys.push_back({.id = section.text("id"), .key = std::move(*key)});
}

JwtRules read_jwt(Section section, const ReadFile& read_file) {
  section.only({"keys", "jwks_file", "issuer", "audience", "leeway_seconds", "user_claim",
                "documents_claim", "role_claim", "documents", "role"});
  JwtRules rules;
  std::size_t i = 0;
  for (const json::value& each : section.list("keys")) {
    const std::string where = section.where("keys") + "[" + std::to_string(i++) + "]";
    read_key(Section(each, where, section.error()), read_file, rules.keys);
  }
  if (section.has("jwks_file")) {
    const auto text = read_file(section.text("jwks_file"));
    auto keys = text ? parse_jwks(*text) : std::unexpected(text.error());
    if (!keys) section.fail("jwks_file", keys.error());
    if (keys) std::ranges::move(*keys, std::back_inserter(rules.keys));
  }
  if (rules.keys.empty()) section.fail("", "has no key: \"keys\" or \"jwks_file\"");
  rules.issuer = section.text("issuer");
  rules.audience = section.text("audience");
  if (const json::value* leeway = section.find("leeway_seconds")) {
    const bool good = leeway->is_int64() && leeway->get_int64() >= 0 && leeway->get_int64() <= 600;
    if (!good) section.fail("leeway_seconds", "is not a number from 0 to 600");
    if (good) rules.leeway_ms = leeway->get_int64() * 1000;
  }
  rules.user_claim = section.text("user_claim", rules.user_claim);
  rules.documents_claim = section.text("documents_claim", rules.documents_claim);
  rules.role_claim = section.text("role_claim", rules.role_claim);
  rules.documents = section.texts("documents", {});
  rules.role = section.role("role", Role::none);
  return rules;
}

Digest read_admin(Section section) {
  section.only({"token", "sha256"});
  return read_secret(section);
}

std::optional<YSweetKey> read_y_sweet(Section section) {
  section.only({"private_key", "key_id"});
  auto key = YSweetKey::parse(section.text("private_key"), section.text("key_id"));
  if (!key) section.fail("private_key", key.error());
  return key ? std::optional(std::move(*key)) : std::nullopt;
}

}  // namespace

std::expected<Rules, std::string> parse_auth_config(std::string_view text,
                                                    const ReadFile& read_file) {
  boost::system::error_code failed;
  json::parse_options options;
  options.allow_comments = true;
  options.max_depth = 8;
  const json::value value =
      json::parse(json::string_view(text.data(), text.size()), failed, {}, options);
  if (failed) return std::unexpected("not JSON: " + failed.message());
  std::string error;
  Section file(value, "", error);
  file.only({"anonymous", "admin", "tokens", "jwt", "y_sweet"});
  Rules rules;
  rules.anonymous = file.role("anonymous", Role::none);
  std::size_t i = 0;
  for (const json::value& each : file.list("tokens")) {
    const std::string where = "tokens[" + std::to_string(i++) + "]";
    rules.tokens.push_back(read_token(Section(each, where, error)));
  }
  i = 0;
  for (const json::value& each : file.list("admin")) {
    const std::string where = "admin[" + std::to_string(i++) + "]";
    rules.admins.push_back(read_admin(Section(each, where, error)));
  }
  if (const json::value* jwt = file.find("jwt")) {
    rules.jwt = read_jwt(Section(*jwt, "jwt", error), read_file);
  }
  if (const json::value* y_sweet = file.find("y_sweet")) {
    rules.y_sweet = read_y_sweet(Section(*y_sweet, "y_sweet", error));
  }
  if (!error.empty()) return std::unexpected(error.starts_with(':') ? "the file" + error : error);
  return rules;
}

}  // namespace weft::access
