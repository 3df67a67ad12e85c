// A store's journal, whose process dies and whose disk fails at any call: what was confirmed is
// there when it opens again, as it was, and a byte that changes meanwhile is found. Or arbitrary
// bytes as the journal's files, with checksums that are right: they are recovered or refused, and
// are the same whether the database had room for them or not.
//
// Input: a byte (bit 0: files, see recover_files), then steps of one byte each (see Play::step).
//
// Reaches: persistence/journal/segment.cpp persistence/journal/journal.cpp
// Reaches: persistence/sqlite/journal_recovery.cpp persistence/sqlite/journaled_tables.cpp
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include <xxhash.h>

#include "input.hpp"
#include "journal_disk.hpp"
#include "persistence/document_log.hpp"
#include "persistence/sqlite/journaled_tables.hpp"
#include "target.hpp"

namespace {

using namespace weft;
using namespace weft::persistence;

constexpr std::array kNames = {"a", "b", "c"};
constexpr journal::JournalLimits kLimits{1500, 400};

struct Kept {
  Bytes bytes;
  std::string user;
  friend bool operator==(const Kept&, const Kept&) = default;
};
/// What a load gives.
struct Loaded {
  Sequence checkpoint = 0;
  Sequence last = 0;
  std::map<Sequence, Kept> updates;  // behind the checkpoint
  friend bool operator==(const Loaded&, const Loaded&) = default;
};

/// The store over a disk, from its opening to its end.
class Opened {
 public:
  explicit Opened(Disk& disk) : disk_(disk) {
    auto tables = std::make_unique<DiskTables>(disk);
    auto folder = std::make_unique<DiskFolder>(disk);
    auto recovered = sqlite::recover_journal(*folder, *tables);
    if (!recovered) {
      failure = recovered.error().code;
      return;
    }
    journal_ =
        std::make_shared<journal::Journal>(std::move(folder), recovered->next_number, kLimits);
    journal_->adopt(std::move(recovered->left));
    log = std::make_unique<DocumentLog>(sqlite::make_journaled_tables(std::move(tables), journal_),
                                        std::make_shared<Quarantine>(),
                                        [] { return std::int64_t{1000}; });
  }

  /// As a reader of the database does it. Nothing: the document is damaged.
  std::optional<Loaded> load(const std::string& name) const {
    const auto row = std::ranges::find(disk_.database.rows, name,
                                       [](const auto& entry) { return entry.second.name; });
    if (row == disk_.database.rows.end()) return Loaded{};
    const auto runs = journal_->runs(row->first);
    const Sequence last = runs.empty() ? 0 : runs.back().last;
    DocumentReader reader(name, std::max(row->second.last, last));
    if (const auto up_to = row->second.checkpoint) {
      const CheckpointFields fields{{}, Encoding::v1, *up_to, 0};
      WEFT_PROMISE(reader.checkpoint(fields, 1, checkpoint_checksum(name, fields)).has_value());
    }
    for (const auto& [sequence, update] : row->second.updates) {
      const StoredUpdate stored{sequence,    update.bytes,   update.encoding,
                                update.user, update.session, update.created_at_ms};
      if (!reader.update(stored, encoding_number(stored.encoding), update.checksum)) return {};
    }
    for (const journal::Run& run : runs) {
      const auto taken = journal::read_run(row->first, run, [&](const StoredUpdate& update) {
        if (update.sequence <= reader.sequence()) return StoreResult<void>();
        return reader.update(update, encoding_number(update.encoding),
                             update_checksum(name, update));
      });
      if (!taken) return {};
    }
    const auto document = reader.finish();
    if (!document) return {};
    Loaded loaded{row->second.checkpoint.value_or(0), document->sequence, {}};
    for (const StoredUpdate& update : document->updates) {
      loaded.updates[update.sequence] = {{update.bytes.begin(), update.bytes.end()},
                                         std::string(update.user)};
    }
    return loaded;
  }

  std::optional<StoreErrc> failure;
  std::unique_ptr<DocumentLog> log;

 private:
  Disk& disk_;
  std::shared_ptr<journal::Journal> journal_;
};

/// What is moved into the database reads as it does where it stands.
void check_same_where_it_stands(const Disk& disk) {
  Disk roomy(disk);
  roomy.full = false;
  const Opened moved(roomy);
  Disk full(disk);
  full.full = true;
  const Opened left(full);
  if (moved.failure || left.failure) {
    WEFT_PROMISE(!moved.failure || moved.failure == StoreErrc::corrupt);
    WEFT_PROMISE(left.failure == moved.failure || left.failure == StoreErrc::disk_full);
    return;
  }
  for (const char* const name : kNames) WEFT_PROMISE(moved.load(name) == left.load(name));
}

class Play {
 public:
  void step(Input& input) {
    switch (input.byte() % 8) {
      case 0:
        reopen(0);
        break;
      case 1:
        disk_.strike_in = 1 + input.up_to(15);
        disk_.dies = input.up_to(1) == 1;
        break;
      case 2:
        disk_.full = !disk_.full;
        break;
      default:
        write(input);
    }
    if (disk_.dead) reopen(input.byte());
  }

  /// The process is killed; one byte on the disk changes.
  void finish(Input& input) {
    disk_.dies = true;
    disk_.dead = true;
    store_.reset();
    disk_.restart(input.byte());
    const std::size_t file = input.byte();
    std::size_t place = input.byte();
    place += 256 * std::size_t{input.byte()};
    const auto by = static_cast<std::uint8_t>(input.byte());
    if (by != 0 && !disk_.files.empty()) flip(file % disk_.files.size(), place, by);
    check_same_where_it_stands(disk_);
    store_ = std::make_unique<Opened>(disk_);
    check();
  }

 private:
  struct Document {
    Loaded known;
    std::optional<Loaded> after;                        // the group that the process died in
    std::vector<std::pair<Sequence, Kept>> doubtful{};  // updates of groups that failed
  };
  struct Group {
    std::uint64_t file;
    std::size_t begin;
    std::size_t end;
  };

  void reopen(std::size_t loose) {
    store_.reset();
    disk_.restart(loose);
    store_ = std::make_unique<Opened>(disk_);
    WEFT_PROMISE(!store_->failure);
    check();
  }

  // A group of three writes at most.
  void write(Input& input) {
    std::vector<Operation> group;
    std::map<std::string, Document> after = documents_;
    for (std::uint32_t left = 1 + input.up_to(2); left > 0; --left)
      group.push_back(operation(input, after));
    const std::size_t end = disk_.files.empty() ? 0 : disk_.files.rbegin()->second->bytes.size();
    const std::uint64_t file = disk_.files.empty() ? 0 : disk_.files.rbegin()->first;
    const auto outcome = store_->log->commit(group);
    note_group(file, end);
    const auto succeeded = [](const auto& result) { return result.has_value(); };
    const bool stored = std::ranges::all_of(outcome.results, succeeded);
    WEFT_PROMISE(stored || std::ranges::none_of(outcome.results, succeeded));
    for (auto& [name, document] : after) {
      if (!stored) document.after = std::exchange(document.known, documents_[name].known);
      if (!stored && !disk_.dead) document.after.reset();
      documents_[name] = std::move(document);
    }
  }

  Operation operation(Input& input, std::map<std::string, Document>& after) {
    const std::string name = kNames[input.up_to(kNames.size() - 1)];
    Document& document = after[name];
    Loaded& known = document.known;
    const std::uint32_t kind = input.up_to(15);
    if (kind == 0) {
      document.known = {};
      return RemoveOperation{name, {}};
    }
    if (kind < 3) {
      known.checkpoint += input.byte() % (known.last - known.checkpoint + 1);
      known.updates.erase(known.updates.begin(), known.updates.upper_bound(known.checkpoint));
      return CheckpointOperation{name, {std::make_shared<const Bytes>(), {}, known.checkpoint}, {}};
    }
    Bytes bytes(input.up_to(80), 'x');
    bytes.push_back(static_cast<std::uint8_t>(input.byte()));
    const Kept kept{bytes, std::string(input.up_to(2), 'u')};
    known.updates[++known.last] = kept;
    document.doubtful.emplace_back(known.last, kept);
    return AppendOperation{
        name,
        {known.last, std::make_shared<const Bytes>(std::move(bytes)), {}, {kept.user, "s"}},
        {}};
  }

  void note_group(std::uint64_t file, std::size_t end) {
    if (disk_.files.empty()) return;
    const auto& [number, content] = *disk_.files.rbegin();
    const std::size_t begin = number == file ? end : 0;
    if (content->bytes.size() > begin) groups_.push_back({number, begin, content->bytes.size()});
  }

  // Whether damage there is found: behind the last group that begins, nothing tells it from a write
  // that was torn.
  bool is_found(std::uint64_t file, std::size_t place) {
    const std::size_t size = disk_.files.at(file)->bytes.size();
    if (file != disk_.files.rbegin()->first) return true;
    std::size_t last = 0;
    for (const Group& group : groups_) {
      if (group.file == file && group.end <= size) last = std::max(last, group.begin);
    }
    return place < std::max(last, size > journal::kHeaderBytes ? journal::kHeaderBytes : 0);
  }

  void flip(std::size_t file, std::size_t place, std::uint8_t by) {
    const auto& [number, content] = *std::next(disk_.files.begin(), static_cast<long>(file));
    if (content->bytes.empty()) return;
    place %= content->bytes.size();
    content->bytes[place] ^= by;
    damaged_ = true;
    found_ = is_found(number, place);
  }

  void check() {
    if (store_->failure) {
      WEFT_PROMISE(damaged_ && store_->failure == StoreErrc::corrupt);
      return;
    }
    for (auto& [name, document] : documents_) {
      const auto loaded = store_->load(name);
      if (!loaded) {
        WEFT_PROMISE(damaged_);
        continue;
      }
      check(document, *loaded);
      document = {*loaded, {}};
    }
  }

  void check(const Document& document, const Loaded& loaded) const {
    WEFT_PROMISE(fits(document.known, document, loaded) ||
                 (document.after && fits(*document.after, document, loaded)));
  }

  bool fits(const Loaded& known, const Document& document, const Loaded& loaded) const {
    if (loaded.checkpoint != known.checkpoint) return false;
    if (loaded.last < known.last && (!damaged_ || found_)) return false;
    return std::ranges::all_of(loaded.updates, [&](const auto& update) {
      const auto same = known.updates.find(update.first);
      if (same != known.updates.end()) return update.second == same->second;
      return std::ranges::find(document.doubtful, std::pair(update.first, update.second)) !=
             document.doubtful.end();
    });
  }

  Disk disk_;
  std::unique_ptr<Opened> store_ = std::make_unique<Opened>(disk_);
  std::map<std::string, Document> documents_;
  std::vector<Group> groups_;
  bool damaged_ = false;
  bool found_ = false;  // it must be
};

std::uint32_t checksum(ByteView body, std::array<std::uint64_t, 3> about) {
  return static_cast<std::uint32_t>(
      XXH3_64bits_withSeed(body.data(), body.size(), XXH3_64bits(about.data(), sizeof(about))));
}

// Files of a header, with what it says of the file before, and entries: a body, or bytes as they
// are, or a body with the checksum of an update.
void recover_files(Input& input) {
  Disk disk;
  for (const char* const name : kNames)
    disk.database.rows[++disk.database.last_id] = {name, input.up_to(2), {}, {}};
  for (std::uint64_t number = 1; !input.empty(); ++number) {
    const auto content = std::make_shared<Disk::Content>();
    disk.files[number] = content;
    Bytes& bytes = content->bytes;
    bytes = journal::SegmentEncoder::header(number, input.byte());
    for (std::uint32_t left = input.up_to(15); left > 0; --left) {
      const std::uint32_t sequence = input.byte();
      const ByteView body = input.bytes(input.up_to(127));
      const std::uint32_t sum = checksum(body, {number, bytes.size(), sequence});
      if (sequence != 255) bytes.push_back(static_cast<std::uint8_t>(body.size()));
      bytes.insert(bytes.end(), body.begin(), body.end());
      for (int shift = 0; sequence != 255 && shift < 32; shift += 8)
        bytes.push_back(static_cast<std::uint8_t>(sum >> shift));
    }
  }
  check_same_where_it_stands(disk);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  if ((input.byte() & 1) != 0) {
    recover_files(input);
    return 0;
  }
  Play play;
  for (std::uint32_t steps = input.byte(); steps > 0 && !input.empty(); --steps) play.step(input);
  play.finish(input);
  return 0;
}
