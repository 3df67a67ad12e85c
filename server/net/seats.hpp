// How many of something somebody has, with a bound: a seat is one of them, as long as it is kept.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace weft::net {

/// Moves, and may end on any thread, also after its Seats.
class Seat {
 public:
  Seat() = default;  // of nobody
  explicit Seat(std::shared_ptr<std::atomic<std::uint32_t>> taken) : taken_(std::move(taken)) {}
  Seat(Seat&& other) noexcept : taken_(std::exchange(other.taken_, nullptr)) {}
  Seat& operator=(Seat&& other) noexcept {
    std::swap(taken_, other.taken_);
    return *this;
  }
  /// False for a seat of nobody.
  explicit operator bool() const { return taken_ != nullptr; }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;
  ~Seat() {
    if (taken_) taken_->fetch_sub(1, std::memory_order_relaxed);
  }

 private:
  std::shared_ptr<std::atomic<std::uint32_t>> taken_;
};

/// For every thread; locked when a connection comes, never for what it sends.
class Seats {
 public:
  /// `max` 0: any number. Nothing: `who` has so many already. Amortised O(1).
  std::optional<Seat> take(std::string_view who, std::uint32_t max) {
    if (max == 0) return Seat();
    const std::lock_guard lock(mutex_);
    if (taken_.size() >= prune_at_) prune();
    auto& taken = taken_[std::string(who)];
    if (!taken) taken = std::make_shared<std::atomic<std::uint32_t>>(0);
    if (taken->load(std::memory_order_relaxed) >= max) return std::nullopt;
    taken->fetch_add(1, std::memory_order_relaxed);
    return Seat(taken);
  }

 private:
  // Forgets those who have none.
  void prune() {
    std::erase_if(taken_, [](const auto& entry) {
      return entry.second->load(std::memory_order_relaxed) == 0;
    });
    prune_at_ = 2 * taken_.size() + kPruneMin;
  }

  static constexpr std::size_t kPruneMin = 1024;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<std::atomic<std::uint32_t>>> taken_;
  std::size_t prune_at_ = kPruneMin;
};

}  // namespace weft::net
