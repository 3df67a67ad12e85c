// What the actions of `weft docs` share: a store's calls one after the other, documents built from
// what it holds, and names that are safe to print.
#pragma once

#include <cstdio>
#include <future>
#include <memory>
#include <string>
#include <string_view>

#include <weft/doc.hpp>

#include "cli/outcome.hpp"
#include "persistence/store.hpp"

namespace weft::cli {

/// Calls the store and waits for its answer: a command has nothing else to do meanwhile.
template <typename T, typename Call>
Outcome<T> wait_for(Call call) {
  auto promise = std::make_shared<std::promise<persistence::StoreResult<T>>>();
  auto future = promise->get_future();
  auto queued = call(
      [promise](persistence::StoreResult<T> result) { promise->set_value(std::move(result)); });
  if (!queued) return wrong_input(queued.error().message);
  auto result = future.get();
  if (!result) return wrong_input(result.error().message);
  return std::move(*result);
}

Outcome<persistence::LoadedDocument> load_document(persistence::DocumentStore& store,
                                                   const std::string& name);
/// Error: input_wrong for an unknown one, too.
Outcome<persistence::LoadedDocument> load_existing(persistence::DocumentStore& store,
                                                   const std::string& name);

/// Calls `visit` with each DocumentInfo, until it fails.
template <typename Visit>
Outcome<> each_document(persistence::DocumentStore& store, Visit visit) {
  persistence::ListRequest request;
  for (;;) {
    const auto page = wait_for<persistence::DocumentPage>(
        [&](auto done) { return store.list(request, std::move(done)); });
    if (!page) return std::unexpected(page.error());
    for (const persistence::DocumentInfo& info : page->documents) {
      if (auto visited = visit(info); !visited) return visited;
    }
    if (!page->more) return {};
    request.after = page->documents.back().name;
  }
}

/// The document, built as a server builds it. Errors: input_wrong, naming the record.
Outcome<Doc> built(const persistence::LoadedDocument& document);

/// Its state in V2 where that can be read again, else in V1.
std::pair<std::shared_ptr<const Bytes>, Encoding> readable_state(const Doc& doc);

/// A name comes from whoever connected: nothing of it may steer a terminal.
std::string harmless(std::string_view name);

/// A JSON string.
std::string json_string(std::string_view text);

/// A bar on standard error while something long goes on; nothing where that is no terminal.
class Progress {
 public:
  /// `what` goes before the bar; `total` 0: nobody knows.
  Progress(std::string what, std::uint64_t total);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void step();
  /// Takes the bar away: before something is printed, and at the end.
  void clear();

 private:
  void draw() const;

  std::string what_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  std::uint64_t drawn_ = 0;  // in steps of what can be seen
  bool terminal_;
  bool shown_ = false;
};

}  // namespace weft::cli
