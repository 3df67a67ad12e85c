#include "disk.hpp"

#include <algorithm>
#include <utility>

namespace weft::simulation {

/// `bytes` is what the process reads, `durable` what is on the platter, `loose` the way from one to
/// the other.
struct Disk::File {
  struct Change {
    std::uint64_t at = 0;
    Bytes bytes;
    bool truncates = false;
  };
  std::string path;
  Bytes bytes;
  Bytes durable;
  std::vector<Change> loose;
  bool named = false;  // its name is on disk
  AfterFailure after_failure = AfterFailure::kept;
};

namespace {

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

void put(Bytes& into, std::uint64_t at, ByteView bytes) {
  if (into.size() < at + bytes.size()) into.resize(at + bytes.size());
  std::copy(bytes.begin(), bytes.end(), into.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

const Bytes& Disk::bytes(const File& file) { return file.bytes; }

Disk::Handle Disk::open(const std::string& path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : found->second;
}

std::vector<std::string> Disk::list(const std::string& folder) const {
  std::vector<std::string> paths;
  for (const auto& [path, file] : files_) {
    if (folder_of(path) == folder) paths.push_back(path);
  }
  return paths;
}

void Disk::strike_at(std::uint64_t call, Fault fault) {
  strike_at_ = calls_ + call;
  fault_ = fault;
}

void Disk::die(Fault how) {
  dead_ = true;
  death_ = how;
}

// error: this call fails.
Disk::Done Disk::call(bool writes, const char* what, const std::string& path) {
  if (dead_) return Done::error;
  ++calls_;
  const bool struck = calls_ == strike_at_;
  if (watch) {
    watch("disk call " + std::to_string(calls_) + ": " + what + " " + path +
          (struck            ? ", struck"
           : writes && full_ ? ", full"
                             : ""));
  }
  if (struck) {
    strike_at_ = 0;
    if (fault_ != Fault::error) die(fault_);
    return Done::error;
  }
  return writes && full_ ? Done::full : Done::good;
}

Disk::Handle Disk::create(const std::string& path, AfterFailure after_failure) {
  if (call(true, "create", path) != Done::good) return nullptr;
  if (const Handle old = open(path)) {
    old->bytes.clear();
    old->loose.push_back({0, {}, true});
    return old;
  }
  auto file = std::make_shared<File>();
  file->path = path;
  file->after_failure = after_failure;
  files_[path] = file;
  return file;
}

Disk::Done Disk::remove(const std::string& path) {
  if (const Done done = call(false, "remove", path); done != Done::good) return done;
  const auto found = files_.find(path);
  if (found == files_.end()) return Done::good;
  if (found->second->named) removed_.push_back(found->second);
  files_.erase(found);
  return Done::good;
}

Disk::Done Disk::write(File& file, std::uint64_t at, ByteView bytes) {
  const bool was_dead = dead_;
  const Done done = call(true, "write", file.path);
  if (was_dead) return done;
  if (done != Done::good) bytes = bytes.first(random_() % (bytes.size() + 1));
  const bool loses = sabotage == Sabotage::lost_writes &&
                     file.after_failure == AfterFailure::forgotten && random_() % 8 == 0;
  if (bytes.empty() || loses) return done;
  put(file.bytes, at, bytes);
  file.loose.push_back({at, Bytes(bytes.begin(), bytes.end()), false});
  return done;
}

Disk::Done Disk::truncate(File& file, std::uint64_t size) {
  if (const Done done = call(false, "cut", file.path); done != Done::good) return done;
  file.bytes.resize(size);
  file.loose.push_back({size, {}, true});
  return Done::good;
}

Disk::Done Disk::sync(File& file) {
  const Done done = call(false, "sync", file.path);
  if (sabotage == Sabotage::lying_syncs && done == Done::good) return done;
  if (dead_) return done;
  std::vector<File::Change> kept;
  for (File::Change& change : file.loose) {
    if (!kept.empty() || (done != Done::good && random_() % 2 == 0)) {
      if (file.after_failure == AfterFailure::kept) kept.push_back(std::move(change));
    } else if (change.truncates) {
      file.durable.resize(change.at);
    } else {
      put(file.durable, change.at, change.bytes);
    }
  }
  file.loose = std::move(kept);
  return done;
}

Disk::Done Disk::sync_names(const std::string& folder) {
  if (const Done done = call(false, "sync the names in", folder); done != Done::good) return done;
  for (const auto& [path, file] : files_) {
    if (folder_of(path) == folder) file->named = true;
  }
  std::erase_if(removed_, [&](const Handle& each) { return folder_of(each->path) == folder; });
  return Done::good;
}

void Disk::restart() {
  if (death_ == Fault::power_loss) lose_power();
  dead_ = false;
  death_ = Fault::none;
  strike_at_ = 0;
}

// Of each change that was not synced all, nothing or the first part is there: some power losses
// take all of them, some none.
void Disk::lose_power() {
  const std::uint64_t mood = random_() % 4;
  const auto stays = [&] { return mood == 0 || (mood != 1 && random_() % 2 == 0); };
  for (const Handle& file : std::exchange(removed_, {})) {
    const Handle newer = open(file->path);
    if ((!newer || !newer->named) && stays()) files_[file->path] = file;
  }
  std::erase_if(files_, [&](const auto& entry) { return !entry.second->named && !stays(); });
  for (const auto& [path, file] : files_) {
    file->named = true;
    for (const File::Change& change : file->loose) {
      if (!stays()) continue;
      if (change.truncates) {
        file->durable.resize(change.at);
        continue;
      }
      const bool torn = random_() % 3 == 0;
      const std::size_t size = torn ? random_() % (change.bytes.size() + 1) : change.bytes.size();
      put(file->durable, change.at, ByteView(change.bytes).first(size));
    }
    file->loose.clear();
    file->bytes = file->durable;
  }
}

}  // namespace weft::simulation
