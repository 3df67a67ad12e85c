#include "api/http.hpp"

#include <algorithm>

#include <weft/value.hpp>

#include "api/percent.hpp"

namespace weft::api {

namespace {

// The phrases of RFC 9110 15 for what this server says.
std::string_view reason(unsigned status) {
  switch (status) {
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 304:
      return "Not Modified";
    case 401:
      return "Unauthorized";
    case 413:
      return "Content Too Large";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 422:
      return "Unprocessable Content";
    case 414:
      return "URI Too Long";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "";
  }
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string_view HttpRequest::path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string HttpRequest::parameter(std::string_view name) const {
  const std::size_t begin = target.find('?');
  if (begin == std::string::npos) return {};
  std::string_view rest = std::string_view(target).substr(begin + 1);
  while (!rest.empty()) {
    std::string_view value = next_part(rest, '&');
    const bool has_value = value.find('=') != std::string_view::npos;
    if (next_part(value, '=') == name && has_value) return percent_decoded(value, true);
  }
  return {};
}

std::string_view HttpRequest::header(std::string_view name) const {
  const auto found = std::ranges::find_if(
      headers, [&](const HttpHeader& header) { return same_word(header.first, name); });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::size_t HttpRequest::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      headers, [&](const HttpHeader& header) { return same_word(header.first, name); }));
}

std::span<const unsigned char> HttpResponse::content() const {
  if (!kept_body.empty()) return kept_body;
  return {reinterpret_cast<const unsigned char*>(body.data()), body.size()};
}

namespace {

std::string head_of(const HttpResponse& response, bool has_length, bool keep_alive) {
  const unsigned status = response.status;
  std::string text = "HTTP/1.1 " + std::to_string(status) + " ";
  text += reason(status);
  const auto add = [&](std::string_view name, std::string_view value) {
    text.append("\r\n").append(name).append(": ").append(value);
  };
  for (const auto& [name, value] : response.headers) add(name, value);
  if (has_length) add("Content-Length", std::to_string(response.content().size()));
  if (status != 101 && !keep_alive) add("Connection", "close");
  return text += "\r\n\r\n";
}

}  // namespace

std::string HttpResponse::head(bool keep_alive) const {
  return head_of(*this, status != 101 && status != 304, keep_alive);
}

std::string HttpResponse::open_head() const { return head_of(*this, false, false); }

HttpResponse text_response(unsigned status, std::string_view text) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain"}, {"X-Content-Type-Options", "nosniff"}},
          .body = std::string(text) + "\n",
          .kept_body = {}};
}

HttpResponse problem(unsigned status, std::string_view detail) {
  const Value body = ValueObject{{"type", "about:blank"},
                                 {"title", reason(status)},
                                 {"status", static_cast<double>(status)},
                                 {"detail", detail}};
  return {.status = status,
          .headers = {{"Content-Type", "application/problem+json"},
                      {"X-Content-Type-Options", "nosniff"}},
          .body = body.to_json() + "\n",
          .kept_body = {}};
}

std::string_view bearer_token(const HttpRequest& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view value = request.header("Authorization");
  if (!same_word(value.substr(0, kScheme.size()), kScheme)) return {};
  return value.substr(kScheme.size());
}

std::string_view next_part(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  part.remove_prefix(std::min(part.find_first_not_of(" \t"), part.size()));
  return part.substr(0, part.find_last_not_of(" \t") + 1);
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool names(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    if (same_word(next_part(list, ','), word)) return true;
  }
  return false;
}

}  // namespace weft::api
