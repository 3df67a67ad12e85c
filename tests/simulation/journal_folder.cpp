#include "journal_folder.hpp"

#include <charconv>
#include <utility>

namespace weft::simulation {

namespace {

using persistence::StoreErrc;
using persistence::StoreError;
using persistence::StoreResult;
namespace journal = persistence::journal;

StoreResult<void> result_of(Disk::Done done) {
  switch (done) {
    case Disk::Done::good:
      return {};
    case Disk::Done::full:
      return std::unexpected(StoreError{StoreErrc::disk_full, "the simulated disk is full"});
    case Disk::Done::error:
      break;
  }
  return std::unexpected(StoreError{StoreErrc::unavailable, "the simulated disk fails"});
}

std::string path_of(std::uint64_t number) {
  return std::string(kJournalFolder) + "/" + std::to_string(number);
}

class File final : public journal::File {
 public:
  File(Disk& disk, Disk::Handle file) : disk_(disk), file_(std::move(file)) {}

  StoreResult<void> append(ByteView bytes) override {
    return result_of(disk_.write(*file_, Disk::bytes(*file_).size(), bytes));
  }
  StoreResult<void> sync() override { return result_of(disk_.sync(*file_)); }
  StoreResult<Bytes> read(std::uint64_t size) const override {
    if (disk_.dead()) return std::unexpected(result_of(Disk::Done::error).error());
    const Bytes& bytes = Disk::bytes(*file_);
    if (bytes.size() < size)
      return std::unexpected(StoreError{StoreErrc::corrupt, "a segment is too short"});
    return Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
  }

 private:
  Disk& disk_;
  Disk::Handle file_;
};

class Folder final : public journal::Folder {
 public:
  explicit Folder(Disk& disk) : disk_(disk) {}

  StoreResult<std::vector<std::uint64_t>> list() override {
    std::map<std::uint64_t, bool> numbers;  // ascending
    for (const std::string& path : disk_.list(kJournalFolder)) {
      std::uint64_t number = 0;
      const char* end = path.data() + path.size();
      std::from_chars(path.data() + std::string_view(kJournalFolder).size() + 1, end, number);
      numbers[number] = true;
    }
    std::vector<std::uint64_t> found;
    for (const auto& [number, there] : numbers) found.push_back(number);
    return found;
  }
  StoreResult<Bytes> read(std::uint64_t number) override {
    const auto file = disk_.open(path_of(number));
    if (disk_.dead() || !file) return std::unexpected(result_of(Disk::Done::error).error());
    return Disk::bytes(*file);
  }
  StoreResult<std::shared_ptr<journal::File>> open(std::uint64_t number) override {
    const auto file = disk_.open(path_of(number));
    if (disk_.dead() || !file) return std::unexpected(result_of(Disk::Done::error).error());
    return std::make_shared<File>(disk_, file);
  }
  StoreResult<std::shared_ptr<journal::File>> create(std::uint64_t number) override {
    auto file = disk_.create(path_of(number), Disk::AfterFailure::forgotten);
    if (!file)
      return std::unexpected(
          result_of(disk_.full() ? Disk::Done::full : Disk::Done::error).error());
    if (auto synced = sync(); !synced) return std::unexpected(std::move(synced.error()));
    return std::make_shared<File>(disk_, std::move(file));
  }
  StoreResult<void> remove(std::uint64_t number) override {
    return result_of(disk_.remove(path_of(number)));
  }
  StoreResult<void> sync() override { return result_of(disk_.sync_names(kJournalFolder)); }

 private:
  Disk& disk_;
};

}  // namespace

std::unique_ptr<journal::Folder> open_journal_folder(Disk& disk) {
  return std::make_unique<Folder>(disk);
}

}  // namespace weft::simulation
