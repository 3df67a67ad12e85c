#include "cli/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cli/files.hpp"

namespace weft::cli {

namespace json = boost::json;

namespace {

constexpr OptionSpec kConfig = {"--config", "FILE"};
constexpr OptionSpec kPrint = {"--print-config", ""};

// What other servers call a setting of the same meaning: y-sweet, y-websocket's server.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kForeign{{
    {"Y_SWEET_STORE", "--data"},
    {"YPERSISTENCE", "--data"},
    {"Y_SWEET_AUTH", "--y-sweet-key"},
    {"Y_SWEET_URL_PREFIX", "--url-prefix"},
    {"Y_SWEET_MAX_BODY_SIZE", "--max-message"},
}};

std::string_view view(json::string_view text) { return {text.data(), text.size()}; }

// --some-name: "some_name", or in capitals.
std::string plain_name(std::string_view option, bool capitals = false) {
  std::string name(option.substr(2));
  for (char& c : name) {
    if (c == '-') c = '_';
    if (capitals && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

const Setting* find(std::span<const Setting> settings, std::string_view option) {
  const auto at =
      std::ranges::find(settings, option, [](const Setting& each) { return each.option.name; });
  return at == settings.end() ? nullptr : &*at;
}

// Nothing: neither yes nor no.
std::optional<bool> truth_of(std::string_view text) {
  if (text == "1" || text == "true") return true;
  if (text == "0" || text == "false") return false;
  return std::nullopt;
}

// The text that the command line would have; nothing: no such value.
std::optional<std::string> text_of(const json::value& value, const Setting& setting) {
  if (setting.number) {
    if (!value.is_int64() || value.get_int64() < 0) return std::nullopt;
    return std::to_string(value.get_int64());
  }
  if (!value.is_string()) return std::nullopt;
  return std::string(view(value.get_string()));
}

// HOST of y-websocket's server is taken where it is an address: shells have one of that name.
bool is_address(std::string_view host) {
  return host == "localhost" || host.find(':') != std::string_view::npos ||
         (!host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::string listen_of(std::string_view host, std::string_view port) {
  const bool v6 = host.find(':') != std::string_view::npos;
  const std::string name = v6 ? "[" + std::string(host) + "]" : std::string(host);
  return name + ":" + std::string(port);
}

}  // namespace

std::string_view Settings::keep(std::string text) {
  texts_.push_back(std::move(text));
  return texts_.back();
}

Outcome<Settings::Values> Settings::of_environment(std::span<const Setting> settings,
                                                   const GetEnv& env) {
  const auto get = [&](std::string_view name) {
    const auto value = env(name);
    return value && !value->empty() ? value : std::nullopt;
  };
  Values values;
  for (const Setting& setting : settings) {
    const std::string name = "WEFT_" + plain_name(setting.option.name, true);
    auto value = get(name);
    for (const auto& [foreign, option] : kForeign) {
      if (!value && option == setting.option.name) value = get(foreign);
    }
    if (!value) continue;
    if (setting.option.value.empty()) {
      const auto truth = truth_of(*value);
      if (!truth) return wrong_call(name + ": 1 or 0, not '" + std::string(*value) + "'");
      if (*truth) values.emplace_back(setting.option.name, "");
      continue;
    }
    std::string_view rest = *value;
    while (setting.option.repeats && rest.find(' ') != std::string_view::npos) {
      values.emplace_back(setting.option.name, keep(std::string(rest.substr(0, rest.find(' ')))));
      rest.remove_prefix(rest.find(' ') + 1);
    }
    values.emplace_back(setting.option.name, keep(std::string(rest)));
  }
  const auto port = get("PORT");
  auto host = get("Y_SWEET_HOST");
  if (!host) host = get("HOST");
  if (host && !is_address(*host)) host.reset();
  const bool said =
      std::ranges::find(values, "--listen", &Values::value_type::first) != values.end();
  if (!said && (port || host) && find(settings, "--listen") != nullptr) {
    values.emplace_back("--listen",
                        keep(listen_of(host.value_or("127.0.0.1"), port.value_or("1234"))));
  }
  return values;
}

Outcome<Settings::Values> Settings::of_file(std::string_view path,
                                            std::span<const Setting> settings) {
  const auto wrong = [&](std::string_view what) {
    return wrong_input("--config: " + std::string(path) + ": " + std::string(what));
  };
  const auto bytes = read_file(path);
  if (!bytes) return wrong_input("--config: " + bytes.error().message);
  boost::system::error_code failed;
  json::parse_options parsing;
  parsing.allow_comments = true;
  parsing.max_depth = 4;
  const std::string_view text = as_text(*bytes);
  const json::value value =
      json::parse(json::string_view(text.data(), text.size()), failed, {}, parsing);
  if (failed) return wrong("not JSON: " + failed.message());
  if (!value.is_object()) return wrong("is no object");
  Values values;
  for (const auto& [key, entry] : value.get_object()) {
    const auto at = std::ranges::find_if(
        settings, [&](const Setting& each) { return plain_name(each.option.name) == view(key); });
    if (at == settings.end()) return wrong(std::string(view(key)) + ": is not known here");
    const std::string_view name = at->option.name;
    if (at->option.value.empty()) {
      if (!entry.is_bool()) return wrong(std::string(view(key)) + ": is neither true nor false");
      if (entry.get_bool()) values.emplace_back(name, "");
      continue;
    }
    const bool many = at->option.repeats && entry.is_array();
    const json::array list = many ? entry.get_array() : json::array{entry};
    for (const json::value& each : list) {
      auto said = text_of(each, *at);
      if (!said) {
        return wrong(std::string(view(key)) + (at->number ? ": is no number" : ": is no text"));
      }
      values.emplace_back(name, keep(std::move(*said)));
    }
  }
  return values;
}

// What holds already stays.
void Settings::add(const Values& values, std::span<const Setting> settings) {
  const Options before = options_;
  for (const auto& [name, value] : values) {
    const Setting* setting = find(settings, name);
    if (before.has(name) || (!setting->instead.empty() && before.has(setting->instead))) continue;
    options_.add(name, value);
  }
}

Outcome<Settings> Settings::gather(Arguments arguments, std::span<const Setting> settings,
                                   const GetEnv& env) {
  std::vector<OptionSpec> specs{kConfig, kPrint};
  for (const Setting& setting : settings) specs.push_back(setting.option);
  Settings all;
  auto options = Options::parse(arguments, specs);
  if (!options) return std::unexpected(options.error());
  all.options_ = std::move(*options);
  const auto environment = all.of_environment(settings, env);
  if (!environment) return std::unexpected(environment.error());
  all.add(*environment, settings);
  auto path = all.options_.value("--config");
  if (!path) path = env("WEFT_CONFIG");
  if (path && !path->empty()) {
    const auto file = all.of_file(*path, settings);
    if (!file) return std::unexpected(file.error());
    all.add(*file, settings);
  }
  return all;
}

std::string Settings::shown(std::span<const Setting> settings) const {
  std::string text = "{";
  const auto show = [](std::string_view value) {
    return json::serialize(json::string(json::string_view(value.data(), value.size())));
  };
  const char* before = "\n";
  for (const Setting& setting : settings) {
    const std::string_view name = setting.option.name;
    std::string value;
    if (setting.option.value.empty()) {
      value = options_.has(name) ? "true" : "false";
    } else if (setting.option.repeats) {
      for (const std::string_view each : options_.values(name)) {
        value += (value.empty() ? "" : ", ") + show(each);
      }
      value.insert(0, "[").append("]");
    } else {
      const bool replaced = !setting.instead.empty() && options_.has(setting.instead);
      const auto said = options_.value(name);
      if (!said && (setting.fallback.empty() || replaced)) continue;
      const std::string_view holds = said.value_or(setting.fallback);
      value = setting.number             ? std::string(holds)
              : setting.shown != nullptr ? show(setting.shown(holds))
                                         : show(holds);
    }
    text.append(before).append("  \"").append(plain_name(name)).append("\": ").append(value);
    before = ",\n";
  }
  return text + "\n}\n";
}

}  // namespace weft::cli
