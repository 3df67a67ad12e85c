#include "api/events.hpp"

#include <string_view>
#include <utility>

#include "api/answers.hpp"
#include "session/session.hpp"

namespace weft::api {

namespace {

std::string event(std::string_view name, const Value& data) {
  return "event: " + std::string(name) + "\ndata: " + data.to_json() + "\n\n";
}

class Events final : public session::Session,
                     public Listener,
                     public std::enable_shared_from_this<Events> {
 public:
  Events(session::Registry& registry, const std::string& document, std::int64_t now_ms,
         std::string user, Tell tell)
      : registry_(registry),
        doc_(registry.open(document)),
        now_ms_(now_ms),
        user_(std::move(user)),
        tell_(std::move(tell)) {}

  void join() { doc_->join(*this, now_ms_); }

  void on_ready() override {
    if (!exists(*doc_)) return finish({.response = missing(doc_->name()), .last = true});
    changed_ = presence_ = true;
    go_on();
  }
  void on_update(const session::Broadcast&, session::Told) override {
    changed_ = true;
    go_on();
  }
  void on_awareness(const session::Broadcast&) override {
    presence_ = true;
    go_on();
  }
  void on_stored() override {
    waiting_ = false;
    stored_ = true;
    go_on();
  }
  void on_end(std::uint16_t close_code, std::string_view reason) override {
    if (!begun_) return finish({.response = problem(503, reason), .last = true});
    HttpResponse response;
    response.body = event("end", ValueObject{{"code", close_code}, {"reason", reason}});
    finish({.response = std::move(response), .last = true});
  }
  std::string_view user() const override { return user_; }

  void on_read() override {
    telling_ = false;
    go_on();
  }
  void on_gone() override {
    if (!std::exchange(left_, true)) leave();
    tell_ = nullptr;
  }

 private:
  // Says what there is to say, if somebody hears it.
  void go_on() {
    if (telling_ || left_) return;
    std::string text;
    if (changed_ && !waiting_) add_change(text);
    if (std::exchange(presence_, false)) text += event("presence", presence_of(*doc_));
    if (text.empty()) return;
    HttpResponse response;
    response.body = std::move(text);
    if (!std::exchange(begun_, true)) {
      response.headers = {{"Content-Type", "text/event-stream"},
                          {"Cache-Control", "no-store"},
                          {"X-Content-Type-Options", "nosniff"},
                          {"X-Accel-Buffering", "no"}};  // nginx would keep it back
    }
    telling_ = true;
    tell_({.response = std::move(response)});
  }

  // A change is told once it is durable, as everything that is read here.
  void add_change(std::string& text) {
    if (!doc_->all_stored() && !std::exchange(stored_, false)) {
      waiting_ = true;
      return doc_->wait_until_stored(*this, doc_->sequence());
    }
    stored_ = false;
    changed_ = !doc_->all_stored();
    text += event("change", ValueObject{{"updates", doc_->stored_sequence()}});
  }

  void finish(Piece piece) {
    if (std::exchange(left_, true)) return;
    tell_(std::move(piece));
    registry_.environment().post([self = shared_from_this()] { self->leave(); });
  }
  void leave() { doc_->leave(*this, now_ms_); }

  session::Registry& registry_;
  std::shared_ptr<session::SharedDoc> doc_;
  std::int64_t now_ms_;
  std::string user_;
  Tell tell_;
  bool begun_ = false;
  bool telling_ = false;   // not read yet
  bool changed_ = false;   // something that was not told
  bool presence_ = false;  // the same
  bool waiting_ = false;   // for the store
  bool stored_ = false;    // what it waited for is durable
  bool left_ = false;
};

}  // namespace

ListenCall events_of(const std::string& document, const access::Grant& grant) {
  return {.document = document,
          .run = [document, user = grant.user](session::Registry& registry, std::int64_t now_ms,
                                               Tell tell) -> std::shared_ptr<Listener> {
            auto events =
                std::make_shared<Events>(registry, document, now_ms, user, std::move(tell));
            events->join();
            return events;
          },
          .valid_ms = grant.valid_ms};
}

}  // namespace weft::api
