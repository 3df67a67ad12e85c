// Calls, documents, names, the bar.
#include "cli/docs_store.hpp"

#include <algorithm>
#include <array>
#include <unistd.h>
#include <utility>

#include <weft/update.hpp>

#include "cli/document.hpp"

namespace weft::cli {

using persistence::DocumentStore;
using persistence::LoadedDocument;

namespace {
constexpr std::uint64_t kBarCells = 30;
}

Outcome<LoadedDocument> load_document(DocumentStore& store, const std::string& name) {
  return wait_for<LoadedDocument>([&](auto done) { return store.load(name, std::move(done)); });
}

Outcome<LoadedDocument> load_existing(DocumentStore& store, const std::string& name) {
  auto document = load_document(store, name);
  if (document && document->sequence == 0 && !document->checkpoint)
    return wrong_input("there is no document '" + harmless(name) + "'");
  return document;
}

Outcome<Doc> built(const LoadedDocument& document) {
  Doc doc(document_options(Compat::v13));
  if (document.checkpoint) {
    const auto applied =
        doc.apply_update(document.checkpoint->state, document.checkpoint->encoding);
    if (!applied) return wrong_input("its checkpoint: " + message(applied.error()));
  }
  for (const persistence::StoredUpdate& update : document.updates) {
    const auto applied = doc.apply_update(update.bytes, update.encoding);
    if (!applied)
      return wrong_input("its update " + std::to_string(update.sequence) + ": " +
                         message(applied.error()));
  }
  return doc;
}

std::pair<std::shared_ptr<const Bytes>, Encoding> readable_state(const Doc& doc) {
  auto v2 = std::make_shared<const Bytes>(doc.encode_state_as_update({}, Encoding::v2));
  if (validate_update(*v2, Encoding::v2)) return {std::move(v2), Encoding::v2};
  return {std::make_shared<const Bytes>(doc.encode_state_as_update()), Encoding::v1};
}

std::string harmless(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(byte < 0x20 || byte == 0x7f ? '?' : c);
  }
  return out;
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      std::array<char, 8> escape = {};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", byte);
      out += escape.data();
      continue;
    }
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

Progress::Progress(std::string what, std::uint64_t total)
    : what_(std::move(what)), total_(total), terminal_(::isatty(STDERR_FILENO) == 1) {}

// Not more often than the eye can tell.
void Progress::step() {
  ++done_;
  if (!terminal_) return;
  const std::uint64_t seen = total_ > 0 ? std::min(done_, total_) * 200 / total_ : done_ / 16;
  if (shown_ && seen == drawn_) return;
  drawn_ = seen;
  shown_ = true;
  draw();
}

void Progress::draw() const {
  if (total_ == 0) {
    std::fprintf(stderr, "\r%s %llu", what_.c_str(), static_cast<unsigned long long>(done_));
  } else {
    const std::uint64_t done = std::min(done_, total_);
    const auto cells = static_cast<std::size_t>(done * kBarCells / total_);
    const std::string bar = std::string(cells, '#') + std::string(kBarCells - cells, '.');
    std::fprintf(stderr, "\r%s [%s] %llu of %llu", what_.c_str(), bar.c_str(),
                 static_cast<unsigned long long>(done), static_cast<unsigned long long>(total_));
  }
  std::fflush(stderr);
}

void Progress::clear() {
  if (!std::exchange(shown_, false)) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
}

}  // namespace weft::cli
