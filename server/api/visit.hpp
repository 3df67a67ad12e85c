// One request's stay on a document: it joins, waits for the load, does its work, and leaves when it
// has replied.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "api/routes.hpp"
#include "session/session.hpp"
#include "session/shared_doc.hpp"

namespace weft::api {

class Visit final : public session::Session, public std::enable_shared_from_this<Visit> {
 public:
  using Work = std::function<void(Visit& visit)>;

  /// `work` is called once the document is loaded, and must reply. A document that cannot be loaded
  /// or stored replies 503 by itself.
  static void begin(session::Registry& registry, std::string_view document, std::int64_t now_ms,
                    Reply reply, Work work);
  /// For `begin`.
  Visit(session::Registry& registry, std::string_view document, std::int64_t now_ms, Reply reply,
        Work work);

  session::SharedDoc& doc() { return *doc_; }
  const session::Environment& environment() const { return registry_.environment(); }
  /// The first reply counts.
  void reply(HttpResponse response);
  /// Leaves the reply to somebody else, on any thread; the stay ends.
  Reply pass_on();
  /// Replies once everything that is in the document now is durable.
  void reply_when_stored(HttpResponse response);

  void on_ready() override { work_(*this); }
  void on_update(const session::Broadcast&, session::Told) override {}
  void on_awareness(const session::Broadcast&) override {}
  void on_stored() override;
  void on_end(std::uint16_t close_code, std::string_view reason) override;

 private:
  void leave();

  session::Registry& registry_;
  std::shared_ptr<session::SharedDoc> doc_;
  Reply reply_;  // empty once it was called
  Work work_;
  std::int64_t now_ms_;
  std::shared_ptr<Visit> self_;  // until it has left
  HttpResponse when_stored_;
};

}  // namespace weft::api
