// The store in memory: one operation at a time, each its own commit.
#include "persistence/memory/memory_store.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "persistence/record.hpp"

namespace weft::persistence {

namespace {

Position position_of(const MemoryDisk& disk, const std::string& name) {
  const auto found = disk.documents.find(name);
  if (found == disk.documents.end()) return {};
  const MemoryDisk::Document& document = found->second;
  return {document.last, document.checkpoint ? document.checkpoint->checkpoint.up_to : 0};
}

CheckpointFields fields_of(const StoredCheckpoint& checkpoint) {
  return {checkpoint.state, checkpoint.encoding, checkpoint.up_to, checkpoint.created_at_ms,
          checkpoint.attribution};
}

StoredUpdate view_of(const MemoryDisk::UpdateRecord& record) {
  return {record.sequence,    record.bytes,          record.encoding,
          record.origin.user, record.origin.session, record.created_at_ms};
}

}  // namespace

MemoryStore::MemoryStore(MemoryOptions options)
    : options_(std::move(options)), backlog_(options_.limits) {
  assert(options_.disk && options_.now_ms);
}

DocumentStore::Queued MemoryStore::enqueue(Operation operation) {
  if (closed_) return std::unexpected(closed_error());
  if (auto checked = check_operation(operation, options_.limits); !checked) return checked;
  if (auto admitted = backlog_.admit(payload_bytes(operation)); !admitted) return admitted;
  queue_.push_back(std::move(operation));
  return {};
}

bool MemoryStore::run_one() {
  if (queue_.empty()) return false;
  Operation operation = std::move(queue_.front());
  queue_.pop_front();
  backlog_.release(payload_bytes(operation));
  run(operation);
  return true;
}

std::size_t MemoryStore::drain() {
  std::size_t count = 0;
  while (run_one()) ++count;
  return count;
}

void MemoryStore::run(Operation& operation) {
  std::visit(Overloaded{
                 [&](LoadOperation& load) { load.done(read(load.name)); },
                 [&](ListOperation& list) { list.done(page(list.request)); },
                 [&](ListVersionsOperation& list) { list.done(versions(list.name, list.request)); },
                 [&](LoadVersionOperation& load) { load.done(version(load.name, load.number)); },
                 [&](SalvageOperation& left) { left.done(salvage(left.name)); },
                 [](FlushOperation& flush) { flush.done({}); },
                 [&](auto& each) {
                   auto result = write(each);
                   ++(result ? counters_.commits : counters_.commits_failed);
                   each.done(std::move(result));
                 },
             },
             operation);
}

StoreResult<LoadedDocument> MemoryStore::read(const std::string& name) {
  DocumentReader reader(name, position_of(*options_.disk, name).last);
  StoreResult<LoadedDocument> loaded;
  if (auto fits = read_records(name, reader); fits) {
    loaded = reader.finish();
  } else {
    loaded = std::unexpected(std::move(fits.error()));
  }
  if (!loaded) damaged_.insert(name);
  return loaded;
}

StoreResult<void> MemoryStore::read_records(const std::string& name, DocumentReader& reader) const {
  const auto former = options_.disk->former.find(name);
  if (former != options_.disk->former.end()) {
    auto fits = reader.former(former->second.bytes, former->second.checksum);
    if (!fits) return fits;
  }
  const auto found = options_.disk->documents.find(name);
  if (found == options_.disk->documents.end()) return {};
  const MemoryDisk::Document& document = found->second;
  if (document.checkpoint) {
    const StoredCheckpoint& stored = document.checkpoint->checkpoint;
    auto fits = reader.checkpoint(fields_of(stored), encoding_number(stored.encoding),
                                  document.checkpoint->checksum);
    if (!fits) return fits;
  }
  for (const MemoryDisk::UpdateRecord& record : document.updates) {
    auto fits = reader.update(view_of(record), encoding_number(record.encoding), record.checksum);
    if (!fits) return fits;
  }
  return {};
}

SalvagedDocument MemoryStore::salvage(const std::string& name) const {
  DocumentReader reader(name, position_of(*options_.disk, name).last,
                        DocumentReader::Mode::salvage);
  if (auto read = read_records(name, reader); !read) reader.note(read.error());
  return reader.finish_salvage();
}

VersionPage MemoryStore::versions(const std::string& name, const VersionsRequest& request) const {
  VersionPage page;
  const auto found = options_.disk->documents.find(name);
  if (found == options_.disk->documents.end()) return page;
  const auto& versions = found->second.versions;
  const std::size_t count_max = std::min(request.count_max, kPageVersionsMax);
  auto at = versions.upper_bound(request.after);
  for (; at != versions.end() && page.versions.size() < count_max; ++at) {
    page.versions.push_back(at->second.version.info);
  }
  page.more = at != versions.end();
  return page;
}

StoreResult<StoredVersion> MemoryStore::version(const std::string& name,
                                                VersionNumber number) const {
  const auto document = options_.disk->documents.find(name);
  if (document == options_.disk->documents.end())
    return std::unexpected(no_version_error(name, number));
  const auto found = document->second.versions.find(number);
  if (found == document->second.versions.end())
    return std::unexpected(no_version_error(name, number));
  const StoredVersion& version = found->second.version;
  return checked_version(name,
                         {version.info, static_cast<std::int64_t>(version.info.kind),
                          encoding_number(version.encoding), version.state},
                         found->second.checksum);
}

DocumentPage MemoryStore::page(const ListRequest& request) const {
  const auto& documents = options_.disk->documents;
  const std::size_t count_max = std::min(request.count_max, kPageDocumentsMax);
  auto at = request.after ? documents.upper_bound(*request.after) : documents.begin();
  DocumentPage page;
  for (; at != documents.end() && page.documents.size() < count_max; ++at) {
    DocumentInfo info{at->first, at->second.last, std::nullopt};
    if (const auto& kept = at->second.checkpoint) info.checkpoint_up_to = kept->checkpoint.up_to;
    page.documents.push_back(std::move(info));
  }
  page.more = at != documents.end();
  return page;
}

StoreResult<void> MemoryStore::writable(const std::string& name) const {
  if (const auto& failure = options_.disk->write_failure) return std::unexpected(*failure);
  if (damaged_.contains(name)) return std::unexpected(damaged_error(name));
  return {};
}

StoreResult<Sequence> MemoryStore::write(const AppendOperation& append) {
  if (auto allowed = writable(append.name); !allowed)
    return std::unexpected(std::move(allowed.error()));
  const Update& update = append.update;
  const Position position = position_of(*options_.disk, append.name);
  if (auto fits = check_append(append.name, position, update.sequence); !fits)
    return std::unexpected(std::move(fits.error()));
  MemoryDisk::UpdateRecord record{update.sequence, *update.bytes,     update.encoding,
                                  update.origin,   options_.now_ms(), 0};
  record.checksum = update_checksum(append.name, view_of(record));
  MemoryDisk::Document& document = options_.disk->documents[append.name];
  document.updates.push_back(std::move(record));
  document.last = update.sequence;
  ++counters_.appends;
  counters_.append_bytes += update.bytes->size();
  return update.sequence;
}

StoreResult<Sequence> MemoryStore::write(const CheckpointOperation& write) {
  if (auto allowed = writable(write.name); !allowed)
    return std::unexpected(std::move(allowed.error()));
  const Checkpoint& given = write.checkpoint;
  const Position position = position_of(*options_.disk, write.name);
  if (auto fits = check_checkpoint(write.name, position, given.up_to); !fits)
    return std::unexpected(std::move(fits.error()));
  put_checkpoint(write.name, given);
  MemoryDisk::Document& document = options_.disk->documents[write.name];
  std::erase_if(document.updates,
                [&](const auto& update) { return update.sequence <= given.up_to; });
  ++counters_.checkpoints;
  return given.up_to;
}

void MemoryStore::put_checkpoint(const std::string& name, const Checkpoint& given) {
  MemoryDisk::CheckpointRecord record{{*given.state, given.encoding, given.up_to, options_.now_ms(),
                                       given.attribution ? *given.attribution : Bytes()},
                                      0};
  record.checksum = checkpoint_checksum(name, fields_of(record.checkpoint));
  options_.disk->documents[name].checkpoint = std::move(record);
}

StoreResult<Sequence> MemoryStore::write(const ReplaceOperation& write) {
  if (const auto& failure = options_.disk->write_failure) return std::unexpected(*failure);
  const Sequence up_to = write.checkpoint.up_to;
  if (auto fits = check_replace(write.name, position_of(*options_.disk, write.name), up_to); !fits)
    return std::unexpected(std::move(fits.error()));
  MemoryDisk::Document& document = options_.disk->documents[write.name];
  document.updates.clear();
  document.last = up_to;
  put_checkpoint(write.name, write.checkpoint);
  damaged_.erase(write.name);
  return up_to;
}

StoreResult<Sequence> MemoryStore::write(const SetFormerOperation& write) {
  if (const auto& failure = options_.disk->write_failure) return std::unexpected(*failure);
  options_.disk->former[write.name] = {*write.former, former_checksum(write.name, *write.former)};
  return Sequence{0};
}

StoreResult<VersionNumber> MemoryStore::write(const AddVersionOperation& write) {
  if (const auto& failure = options_.disk->write_failure) return std::unexpected(*failure);
  const Version& version = write.version;
  MemoryDisk::Document& document = options_.disk->documents[write.name];
  const VersionNumber number = ++document.last_version;
  MemoryDisk::VersionRecord record{{{number, version.kind, version.up_to, version.name,
                                     version.user, options_.now_ms(), version.state->size()},
                                    *version.state,
                                    version.encoding},
                                   0};
  record.checksum =
      version_checksum(write.name, {record.version.info, static_cast<std::int64_t>(version.kind),
                                    encoding_number(version.encoding), record.version.state});
  document.versions.emplace(number, std::move(record));
  return number;
}

StoreResult<std::uint64_t> MemoryStore::write(const RemoveVersionsOperation& write) {
  if (const auto& failure = options_.disk->write_failure) return std::unexpected(*failure);
  std::uint64_t count = 0;
  const auto found = options_.disk->documents.find(write.name);
  if (found == options_.disk->documents.end()) return count;
  for (const VersionNumber number : write.numbers) count += found->second.versions.erase(number);
  return count;
}

StoreResult<Sequence> MemoryStore::write(const RemoveOperation& remove) {
  if (const auto& failure = options_.disk->write_failure) return std::unexpected(*failure);
  const Sequence last = position_of(*options_.disk, remove.name).last;
  options_.disk->documents.erase(remove.name);
  damaged_.erase(remove.name);
  return last;
}

DocumentStore::Queued MemoryStore::load(std::string name, Done<LoadedDocument> done) {
  return enqueue(LoadOperation{std::move(name), std::move(done)});
}
DocumentStore::Queued MemoryStore::append(std::string name, Update update, Done<Sequence> done) {
  return enqueue(AppendOperation{std::move(name), std::move(update), std::move(done)});
}
DocumentStore::Queued MemoryStore::checkpoint(std::string name, Checkpoint checkpoint,
                                              Done<Sequence> done) {
  return enqueue(CheckpointOperation{std::move(name), std::move(checkpoint), std::move(done)});
}
DocumentStore::Queued MemoryStore::remove(std::string name, Done<Sequence> done) {
  return enqueue(RemoveOperation{std::move(name), std::move(done)});
}
DocumentStore::Queued MemoryStore::replace(std::string name, Checkpoint checkpoint,
                                           Done<Sequence> done) {
  return enqueue(ReplaceOperation{std::move(name), std::move(checkpoint), std::move(done)});
}
DocumentStore::Queued MemoryStore::set_former(std::string name, std::shared_ptr<const Bytes> former,
                                              Done<Sequence> done) {
  return enqueue(SetFormerOperation{std::move(name), std::move(former), std::move(done)});
}
DocumentStore::Queued MemoryStore::add_version(std::string name, Version version,
                                               Done<VersionNumber> done) {
  return enqueue(AddVersionOperation{std::move(name), std::move(version), std::move(done)});
}
DocumentStore::Queued MemoryStore::remove_versions(std::string name,
                                                   std::vector<VersionNumber> numbers,
                                                   Done<std::uint64_t> done) {
  return enqueue(RemoveVersionsOperation{std::move(name), std::move(numbers), std::move(done)});
}
DocumentStore::Queued MemoryStore::list_versions(std::string name, VersionsRequest request,
                                                 Done<VersionPage> done) {
  return enqueue(ListVersionsOperation{std::move(name), request, std::move(done)});
}
DocumentStore::Queued MemoryStore::load_version(std::string name, VersionNumber number,
                                                Done<StoredVersion> done) {
  return enqueue(LoadVersionOperation{std::move(name), number, std::move(done)});
}
DocumentStore::Queued MemoryStore::salvage(std::string name, Done<SalvagedDocument> done) {
  return enqueue(SalvageOperation{std::move(name), std::move(done)});
}
DocumentStore::Queued MemoryStore::list(ListRequest request, Done<DocumentPage> done) {
  return enqueue(ListOperation{std::move(request), std::move(done)});
}
DocumentStore::Queued MemoryStore::flush(Done<void> done) {
  return enqueue(FlushOperation{std::move(done)});
}

StoreResult<void> MemoryStore::close(std::chrono::milliseconds deadline) {
  closed_ = true;
  if (deadline.count() > 0) drain();
  const std::size_t given_up = queue_.size();
  while (!queue_.empty()) {
    Operation operation = std::move(queue_.front());
    queue_.pop_front();
    backlog_.release(payload_bytes(operation));
    fail(operation, closed_error());
  }
  if (given_up == 0) return {};
  return std::unexpected(given_up_error(given_up));
}

StoreStats MemoryStore::stats() const {
  StoreStats stats = counters_;
  stats.queued_count = backlog_.count();
  stats.queued_bytes = backlog_.bytes();
  return stats;
}

}  // namespace weft::persistence
