// A list, a page at a time.
#include "session/sweep.hpp"

#include <utility>

namespace weft::session {

namespace {
constexpr std::size_t kAtOnce = 4;
}  // namespace

void Sweep::tick(std::int64_t now_ms, const IsOpen& is_open, const Open& open) {
  const std::int64_t interval_ms = environment_.limits.sweep_interval_ms;
  if (interval_ms == 0) return;
  if (next_ms_ == 0) next_ms_ = now_ms + environment_.limits.idle_ms;
  if (!sweeping_) {
    if (now_ms < next_ms_) return;
    sweeping_ = more_ = true;
    after_.reset();
  }
  std::erase_if(opened_, [&](const std::string& name) { return !is_open(name); });
  if (asked_ || environment_.store->stats().queued_count > 0) return;
  while (!found_.empty() && opened_.size() < kAtOnce) {
    const std::string name = std::move(found_.front());
    found_.pop_front();
    if (is_open(name)) continue;
    open(name);
    opened_.push_back(name);
  }
  if (!found_.empty()) return;
  if (more_) return ask();
  sweeping_ = false;
  next_ms_ = now_ms + interval_ms;
}

void Sweep::ask() {
  asked_ = true;
  std::weak_ptr<Sweep> self = weak_from_this();
  const auto& post = environment_.post;
  auto queued =
      environment_.store->list({.after = after_, .count_max = 1000}, [self, &post](auto page) {
        auto held = std::make_shared<decltype(page)>(std::move(page));
        post([self, held] {
          if (const auto sweep = self.lock()) sweep->listed(std::move(*held));
        });
      });
  if (!queued) listed(std::unexpected(queued.error()));
}

// A list that fails ends the sweep: the next one comes.
void Sweep::listed(persistence::StoreResult<persistence::DocumentPage> page) {
  asked_ = false;
  more_ = page && page->more && !page->documents.empty();
  if (!page) return;
  if (more_) after_ = page->documents.back().name;
  for (persistence::DocumentInfo& each : page->documents) {
    const bool is_mine = !environment_.is_mine || environment_.is_mine(each.name);
    if (is_mine && each.checkpoint_up_to.value_or(0) < each.sequence)
      found_.push_back(std::move(each.name));
  }
}

}  // namespace weft::session
