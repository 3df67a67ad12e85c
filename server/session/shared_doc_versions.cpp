// Versions of a living document: when they are kept, how it goes back to one; and how it goes.
#include <memory>
#include <utility>

#include <weft/update.hpp>

#include "session/epoch.hpp"
#include "session/shared_doc.hpp"
#include "session/version_edits.hpp"

namespace weft::session {

using persistence::Sequence;
using persistence::StoredVersion;
using persistence::StoreErrc;
using persistence::StoreError;
using persistence::StoreResult;
using persistence::VersionInfo;
using persistence::VersionKind;
using persistence::VersionNumber;
using persistence::VersionPage;

namespace {

constexpr std::size_t kPage = 1000;

StoreError engine_error(const Error& error) { return {StoreErrc::corrupt, message(error)}; }

}  // namespace

// A completion of the store that comes back here, unless the document has gone meanwhile.
template <typename T>
SharedDoc::Done<T> SharedDoc::on_this_thread(std::function<void(SharedDoc&, StoreResult<T>)> then) {
  ++versions_under_way_;
  std::weak_ptr<SharedDoc> self = weak_from_this();
  const auto& post = environment_.post;
  return [self, &post, then = std::move(then)](StoreResult<T> result) {
    auto held = std::make_shared<StoreResult<T>>(std::move(result));
    post([self, held, then] {
      const auto doc = self.lock();
      if (!doc) return;
      --doc->versions_under_way_;
      then(*doc, std::move(*held));
    });
  };
}

void SharedDoc::edit(ByteView update, std::string_view user, Done<Sequence> done) {
  const bool pending_before = doc_.has_pending();
  const auto news = apply(update);
  if (!news) return done(std::unexpected(engine_error(news.error())));
  if (!*news) return done(sequence_);
  const auto broadcast =
      std::make_shared<const Broadcast>(news_of(update, pending_before || doc_.has_pending()));
  const Told told = known_on_disk() ? Told::at_once : Told::when_stored;
  store(
      {.update = broadcast, .author = nullptr, .user = std::string(user), .done = std::move(done)});
  const std::vector<Session*> all = sessions_;
  for (Session* session : all) session->on_update(*broadcast, told);
}

void SharedDoc::keep_version(VersionKind kind, std::string name, std::string user,
                             Done<VersionNumber> done) {
  const auto [state, encoding] = readable_state();
  const Unversioned before = std::exchange(unversioned_, {});
  version_bytes_ = state->size();
  auto kept = on_this_thread<VersionNumber>(
      [done = std::move(done), before](SharedDoc& doc, StoreResult<VersionNumber> result) {
        doc.version_failed_ = !result;
        if (result) {
          doc.thin_versions(std::make_shared<std::vector<VersionInfo>>());
        } else {
          doc.version_again_ms_ = doc.now_ms_ + doc.environment_.limits.retry_last_ms;
          doc.unversioned_.changes = doc.unversioned_.changes || before.changes;
          doc.unversioned_.since_ms = before.since_ms;
          doc.unversioned_.log_bytes += before.log_bytes;
        }
        if (done) done(std::move(result));
      });
  persistence::Version version{.state = state,
                               .encoding = encoding,
                               .kind = kind,
                               .up_to = sequence_,
                               .name = std::move(name),
                               .user = std::move(user)};
  auto queued = environment_.store->add_version(name_, std::move(version), kept);
  if (!queued) kept(std::unexpected(queued.error()));
}

void SharedDoc::keep_changes() {
  if (state_ != State::ready || !unversioned_.changes || versions_under_way_ > 0 ||
      append_failed_ || (version_failed_ && now_ms_ < version_again_ms_))
    return;
  keep_version(VersionKind::automatic, {}, {}, nullptr);
}

bool SharedDoc::version_is_due() const {
  if (!unversioned_.changes) return false;
  const Limits& limits = environment_.limits;
  if (sessions_.empty() && unstored_.empty() && now_ms_ - idle_since_ms_ >= limits.idle_ms)
    return true;
  const std::int64_t elapsed = now_ms_ - unversioned_.since_ms;
  if (elapsed < limits.version_interval_ms) return false;
  return unversioned_.log_bytes / limits.log_per_version >= version_bytes_ ||
         elapsed / limits.version_intervals_max >= limits.version_interval_ms;
}

// The newest version's time is now, by the store's own clock.
void SharedDoc::thin_versions(const std::shared_ptr<std::vector<VersionInfo>>& known) {
  auto listed = on_this_thread<VersionPage>([known](SharedDoc& doc, StoreResult<VersionPage> page) {
    if (!page) return;  // the next version tries again
    known->insert(known->end(), page->versions.begin(), page->versions.end());
    if (page->more) return doc.thin_versions(known);
    if (known->empty()) return;
    auto gone = superseded(*known, doc.environment_.retention, known->back().created_at_ms);
    if (gone.empty()) return;
    const auto removed =
        doc.on_this_thread<std::uint64_t>([](SharedDoc&, const StoreResult<std::uint64_t>&) {});
    auto queued = doc.environment_.store->remove_versions(doc.name_, std::move(gone), removed);
    if (!queued) removed(std::unexpected(queued.error()));
  });
  const VersionNumber after = known->empty() ? 0 : known->back().number;
  auto queued = environment_.store->list_versions(name_, {after, kPage}, listed);
  if (!queued) listed(std::unexpected(queued.error()));
}

void SharedDoc::restore(VersionNumber number, std::string user, Done<Sequence> done) {
  auto loaded =
      on_this_thread<StoredVersion>([user = std::move(user), done = std::move(done)](
                                        SharedDoc& doc, StoreResult<StoredVersion> version) {
        if (!version) return done(std::unexpected(std::move(version.error())));
        if (doc.state_ != State::ready) {
          return done(std::unexpected(StoreError{StoreErrc::unavailable, doc.end_reason_}));
        }
        auto held = std::make_shared<StoredVersion>(std::move(*version));
        // First what would be lost from sight.
        doc.keep_version(VersionKind::before_reset,
                         "before version " + std::to_string(held->info.number) + " came back", user,
                         [self = doc.weak_from_this(), held, user, done](auto kept) {
                           const auto again = self.lock();
                           if (!kept) return done(std::unexpected(std::move(kept.error())));
                           if (again) again->restore_from(std::move(*held), user, done);
                         });
      });
  auto queued = environment_.store->load_version(name_, number, loaded);
  if (!queued) loaded(std::unexpected(queued.error()));
}

void SharedDoc::restore_from(StoredVersion version, const std::string& user,
                             const Done<Sequence>& done) {
  if (state_ != State::ready)
    return done(std::unexpected(StoreError{StoreErrc::unavailable, end_reason_}));
  const Bytes present = doc_.encode_state_as_update();
  const auto edited = restoring_update({version.state, version.encoding}, {present, Encoding::v1},
                                       environment_.random() & 0xFFFF'FFFF, environment_.random());
  if (!edited) return done(std::unexpected(engine_error(edited.error())));
  edit(*edited, user, done);
}

// Whose edits it held is noted first: a copy that comes back must not find the name free.
void SharedDoc::remove(const Session& by, Done<Sequence> done) {
  const StateVector had = former_after(former_, doc_.state_vector());
  end(close_code::deleted, "the document was deleted", &by);
  state_ = State::removing;
  unstored_.clear();
  unstored_bytes_ = 0;
  if (had.empty()) return remove_noted(done);
  auto noted = on_this_thread<Sequence>(
      [done = std::move(done)](SharedDoc& doc, StoreResult<Sequence> result) {
        result ? doc.remove_noted(done) : doc.removed(std::move(result), done);
      });
  auto queued =
      environment_.store->set_former(name_, std::make_shared<const Bytes>(had.encode()), noted);
  if (!queued) noted(std::unexpected(queued.error()));
}

void SharedDoc::remove_noted(const Done<Sequence>& done) {
  auto gone = on_this_thread<Sequence>([done](SharedDoc& doc, StoreResult<Sequence> result) {
    doc.removed(std::move(result), done);
  });
  auto queued = environment_.store->remove(name_, gone);
  if (!queued) gone(std::unexpected(queued.error()));
}

void SharedDoc::removed(StoreResult<Sequence> result, const Done<Sequence>& done) {
  state_ = State::ended;
  done(std::move(result));
}

bool SharedDoc::is_other_history(const StateVector& since) const {
  return session::is_other_history(since, doc_.state_vector(), former_,
                                   environment_.limits.any_history);
}

bool SharedDoc::is_other_history(ByteView update) const {
  if (former_.empty()) return false;
  const auto meta = parse_update_meta(update);
  return meta && session::is_other_history(meta->to, doc_.state_vector(), former_, true);
}

}  // namespace weft::session
