// weft docs import: the documents of another server's store.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <tuple>
#include <utility>
#include <vector>

#include <weft/doc.hpp>

#include "cli/docs_actions.hpp"
#include "cli/docs_store.hpp"
#include "cli/document.hpp"
#include "cli/files.hpp"
#include "persistence/foreign/foreign.hpp"

#ifdef WEFT_POSTGRES
#include "persistence/postgres/foreign_table.hpp"
#endif

namespace weft::cli {

namespace {

namespace fs = std::filesystem;
using persistence::DocumentStore;
using persistence::ForeignDocument;
using persistence::Sequence;
using persistence::StoreResult;
using persistence::TakeForeign;

/// Something that documents can be read from.
struct Source {
  std::uint64_t count = 0;  // 0: unknown before it is read
  std::function<StoreResult<void>(const TakeForeign&)> read;
};

bool begins_with(const fs::path& file, std::string_view magic) {
  std::string head(magic.size(), '\0');
  std::ifstream in(file, std::ios::binary);
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  return in && head == magic;
}

#ifdef WEFT_POSTGRES
Outcome<Source> postgres_source(const std::string& url, const std::string& table) {
  const auto count = persistence::count_postgres_table(url, table);
  if (!count) return wrong_input(count.error().message);
  return Source{*count, [url, table](const TakeForeign& take) {
                  return persistence::read_postgres_table(url, table, take);
                }};
}
#else
Outcome<Source> postgres_source(const std::string&, const std::string&) {
  return wrong_input("this weft was built without PostgreSQL");
}
#endif

Outcome<Source> sqlite_source(const fs::path& file, const std::string& table) {
  const std::string name = table.empty() ? "documents" : table;
  const auto count = persistence::count_sqlite_table(file, name);
  if (!count) return wrong_input(count.error().message);
  return Source{*count, [file, name](const TakeForeign& take) {
                  return persistence::read_sqlite_table(file, name, take);
                }};
}

Source y_sweet_source(std::vector<fs::path> files) {
  const std::uint64_t count = files.size();
  return {count, [files = std::move(files)](const TakeForeign& take) -> StoreResult<void> {
            for (const fs::path& file : files) {
              if (auto read = persistence::read_y_sweet(file, take); !read) return read;
            }
            return {};
          }};
}

Outcome<Source> folder_source(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder / "CURRENT", error)) {
    return Source{
        0, [folder](const TakeForeign& take) { return persistence::read_y_leveldb(folder, take); }};
  }
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().filename() == "data.ysweet") files.push_back(at->path());
  }
  if (error) return wrong_input("cannot read '" + folder.string() + "': " + error.message());
  if (files.empty())
    return wrong_input("'" + folder.string() +
                       "' is neither y-leveldb's folder nor one with y-sweet's data.ysweet");
  std::ranges::sort(files);
  return y_sweet_source(std::move(files));
}

Outcome<Source> source_at(std::string_view where, const std::string& table) {
  if (where.starts_with("postgres://") || where.starts_with("postgresql://"))
    return postgres_source(std::string(where), table);
  const fs::path path(where);
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return folder_source(path);
  if (!fs::is_regular_file(path, ignored))
    return wrong_input("there is no '" + path.string() + "'");
  if (begins_with(path, std::string_view("SQLite format 3\0", 16)))
    return sqlite_source(path, table);
  if (path.extension() == ".ysweet") return y_sweet_source({path});
  return wrong_input("'" + path.string() + "' is neither a SQLite file nor y-sweet's");
}

class Importer {
 public:
  Importer(DocumentStore& store, std::uint64_t count)
      : store_(store), progress_("importing", count) {}

  /// A document that cannot be read is named and left out.
  StoreResult<void> take(const ForeignDocument& document) {
    const auto done = bring_in(document);
    progress_.step();
    if (done) {
      ++count_;
      return {};
    }
    ++failed_;
    progress_.clear();
    std::fprintf(stderr, "document \"%s\": %s\n", harmless(document.name).c_str(),
                 done.error().message.c_str());
    return {};
  }

  Outcome<> finish() {
    progress_.clear();
    if (auto said = print(std::to_string(count_) + " documents imported\n"); !said) return said;
    if (failed_ == 0) return {};
    return wrong_input(std::to_string(failed_) + " documents were not imported");
  }

 private:
  Outcome<> bring_in(const ForeignDocument& document) {
    Doc theirs(document_options(Compat::v13));
    for (const Bytes& update : document.updates) {
      if (const auto applied = theirs.apply_update(update); !applied)
        return wrong_input("it is damaged: " + message(applied.error()));
    }
    const auto ours = load_document(store_, document.name);
    if (!ours) return std::unexpected(ours.error());
    if (ours->sequence == 0 && !ours->checkpoint) return create(document.name, theirs);
    return merge(document.name, *ours, theirs.encode_state_as_update());
  }

  Outcome<> create(const std::string& name, const Doc& doc) {
    persistence::Checkpoint checkpoint;
    std::tie(checkpoint.state, checkpoint.encoding) = readable_state(doc);
    const auto stored = wait_for<Sequence>(
        [&](auto done) { return store_.checkpoint(name, std::move(checkpoint), std::move(done)); });
    if (!stored) return std::unexpected(stored.error());
    return {};
  }

  // What was imported before is not imported again.
  Outcome<> merge(const std::string& name, const persistence::LoadedDocument& ours, Bytes state) {
    auto doc = built(ours);
    if (!doc) return std::unexpected(doc.error());
    const std::uint64_t before = doc->revision();
    if (const auto applied = doc->apply_update(state); !applied)
      return wrong_input("it does not fit into the document that is here: " +
                         message(applied.error()));
    if (doc->revision() == before) return {};
    persistence::Update update;
    update.sequence = ours.sequence + 1;
    update.bytes = std::make_shared<const Bytes>(std::move(state));
    update.origin.user = "weft docs import";
    const auto stored = wait_for<Sequence>(
        [&](auto done) { return store_.append(name, std::move(update), std::move(done)); });
    if (!stored) return std::unexpected(stored.error());
    return {};
  }

  DocumentStore& store_;
  Progress progress_;
  std::uint64_t count_ = 0;
  std::uint64_t failed_ = 0;
};

}  // namespace

Outcome<> import_documents(DocumentStore& store, std::string_view where, const ToolOptions& tool) {
  const auto source = source_at(where, std::string(tool.all.value("--table").value_or("")));
  if (!source) return std::unexpected(source.error());
  Importer importer(store, source->count);
  const auto read =
      source->read([&](const ForeignDocument& document) { return importer.take(document); });
  auto finished = importer.finish();
  if (!read) return wrong_input(read.error().message);
  return finished;
}

}  // namespace weft::cli
